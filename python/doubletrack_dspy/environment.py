"""What has to hold before DSPy is imported. Import this module first."""

import os
import shutil
import tempfile
import warnings

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
"""litellm, where it is installed, would otherwise fetch a price list over the network."""

_cache = tempfile.mkdtemp(prefix="doubletrack-dspy-") if "DSPY_CACHEDIR" not in os.environ else None
if _cache is not None:
    os.environ["DSPY_CACHEDIR"] = _cache

warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"doubletrack_dspy\..*")
warnings.filterwarnings("ignore", message=r".*BaseLM\.forward.*", category=DeprecationWarning)


def leave_no_cache() -> None:
    """Removes the cache folder that DSPy makes on import; models are asked through Doubletrack, which caches itself."""
    if _cache is not None:
        shutil.rmtree(_cache, ignore_errors=True)
