"""What `faq tune` found on an office's own questions: by how much the probabilities are to be moved.

What the names mean, the search knows. Here it is data: read, validated and kept like the rest of the knowledge.
"""

import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Number = Annotated[float, Field(allow_inf_nan=False)]
Scale = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


class Tuning(BaseModel):
    """A calibration in place of the usual one.

    Attributes:
        made_on: The day on which it was made.
        questions: How many labelled questions it was made on.
        entries: How many entries were searched then.
        search: Names the search that it was made for; it means nothing to another.
        scale: Of the logit of the probability that an answer is right.
        shift: Added to that logit.
        offered_scale: The same of the probability that one of the choices is right.
        offered_shift: Added to that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    made_on: datetime.date
    questions: Count
    entries: Count
    search: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    scale: Scale = 1.0
    shift: Number = 0.0
    offered_scale: Scale = 1.0
    offered_shift: Number = 0.0
