from .engine.api import estimate as estimate
from .engine.api import sample as sample
