/** Where the engine keeps its Python, and what it finds it by. */
export interface DspyOptions {
  /** Directory of the embedded store; the virtual environment is kept in it. */
  readonly state: string
  /** Where `PATH`, `DOUBLETRACK_PYTHON`, proxies and pip's own settings are read from. Keys in it never reach Python. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A Python that has what `python/requirements.txt` names, taken as it is; default: one is set up. */
  readonly python?: string
  /** How long a worker may do nothing and ask nothing before it is taken for hung, ms. Default 5 minutes. */
  readonly idleMs?: number
}
