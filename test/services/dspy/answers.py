"""Loads a saved state with DSPy and prints what it answers, as a list of JSON objects: python answers.py < job.json"""

import json
import os
import sys
import tempfile

from doubletrack_dspy import environment
import dspy

from doubletrack_dspy.endpoint import Endpoint
from doubletrack_dspy.language_model import DoubletrackLM
from doubletrack_dspy.signature import predictor_of
from doubletrack_dspy.stop import Stop
from doubletrack_dspy.values import to_json

job = json.load(sys.stdin)
candidate = job["candidate"]
adapters = {"chat": dspy.ChatAdapter, "json": dspy.JSONAdapter}
program = predictor_of(job["signature"], "", candidate["reasoning"])
with tempfile.TemporaryDirectory() as folder:
    saved = os.path.join(folder, "state.json")
    with open(saved, "w", encoding="utf-8") as file:
        file.write(job["state"])
    program.load(saved)

lm = DoubletrackLM("task", job["url"], Endpoint(job["token"], Stop()))
dspy.configure(lm=lm, adapter=adapters[candidate["adapter"]]())
names = [field["name"] for field in job["signature"]["outputs"]] + (["reasoning"] if candidate["reasoning"] else [])
answers = [program(**inputs) for inputs in job["inputs"]]
print(json.dumps([{name: to_json(answer[name]) for name in names} for answer in answers]))
environment.leave_no_cache()
