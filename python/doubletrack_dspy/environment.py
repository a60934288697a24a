"""What has to hold before DSPy is imported. The package imports this module first."""

import logging
import os
import warnings

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
"""litellm, where it is installed, would otherwise fetch a price list over the network."""

os.environ.setdefault("DSPY_CACHEDIR", os.path.join(os.devnull, "none"))
"""DSPy makes a cache folder on import. Here it cannot, and does without: models are asked through Doubletrack, which caches."""

logging.getLogger("dspy.clients").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", message=r".*BaseLM\.forward.*", category=DeprecationWarning)
