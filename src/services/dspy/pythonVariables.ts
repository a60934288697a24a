import type { DspyOptions } from "./DspyOptions.ts"
import { pythonPackage } from "./pythonPackage.ts"

/** The environment of a Python that needs no network: what finds programs and folders, and no keys. */
export const pythonVariables = (environment: DspyOptions["environment"]): Record<string, string | undefined> => ({
  ...only(environment, places),
  PYTHONPATH: pythonPackage.folder,
  PYTHONDONTWRITEBYTECODE: "1",
  PYTHONUNBUFFERED: "1",
  PYTHONUTF8: "1",
})

/** What pip finds packages by as well: its own settings, proxies, certificates. */
export const installVariables = (environment: DspyOptions["environment"]): Record<string, string | undefined> => ({
  ...only(environment, network),
  ...pythonVariables(environment),
})

const only = (environment: DspyOptions["environment"], names: RegExp) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => names.test(name)))

const places =
  /^(PATH|PATHEXT|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|TMPDIR|TEMP|TMP|LANG|LC_\w+|XDG_\w+|PYENV_\w+|LD_LIBRARY_PATH)$/i
const network = /^(PIP_\w+|\w+_PROXY|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$/i
