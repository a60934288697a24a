import type { DspyOptions } from "./DspyOptions.ts"
import { pythonPackage } from "./pythonPackage.ts"

/** The environment of every Python that is started here: what finds programs, networks and folders, and no keys. */
export const pythonVariables = (environment: DspyOptions["environment"]): Record<string, string | undefined> => ({
  ...Object.fromEntries(Object.entries(environment).filter(([name]) => passedOn.test(name))),
  PYTHONPATH: pythonPackage.folder,
  PYTHONDONTWRITEBYTECODE: "1",
  PYTHONUNBUFFERED: "1",
  PYTHONUTF8: "1",
})

const passedOn =
  /^(PATH|PATHEXT|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|TMPDIR|TEMP|TMP|LANG|LC_\w+|XDG_\w+|PIP_\w+|PYENV_\w+|\w+_PROXY|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|LD_LIBRARY_PATH)$/i
