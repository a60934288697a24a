import type { EvaluationReport } from "../EvaluationReport.ts"
import { html } from "./html.ts"
import { pageStyle } from "./pageStyle.ts"
import { stepSection } from "./stepSection.ts"

/** Reports as one page that needs nothing else: no script, no network. */
export const evaluationPage = (reports: ReadonlyArray<EvaluationReport>): string => {
  const workflow = reports[0]?.workflow ?? "nothing"
  const steps = reports.map(({ step }) => step).join(", ")
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Evaluation of ${workflow}</title>
${pageStyle}
</head>
<body>
<h1>Evaluation of ${workflow}</h1>
<p class="faint">${steps}</p>
${reports.map(stepSection)}
</body>
</html>
`.source
}
