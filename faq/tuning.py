"""What `faq tune` found on an office's own questions: other weights of evidence, and another confidence.

What the names mean, the search knows. Here it is data: read, validated and kept like the rest of the knowledge.
"""

import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

MOST_WEIGHT = 100.0

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, le=MOST_WEIGHT, allow_inf_nan=False)]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Levels(_Frozen):
    """From which confidence on an entry is shown.

    Attributes:
        answer: As the answer.
        offer: As one of several choices; not above `answer`.
    """

    answer: Probability
    offer: Probability

    @model_validator(mode="after")
    def _an_answer_takes_more_than_an_offer(self) -> "Levels":
        if self.offer > self.answer:
            msg = "'offer' is above 'answer'"
            raise ValueError(msg)
        return self


class Feature(_Frozen):
    """One feature of the confidence.

    Attributes:
        centre: Its mean where it was fitted.
        weight: Change of the logit for each unit of it.
        scale: Its standard deviation there.
    """

    centre: Number
    weight: Number
    scale: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0


class Confidence(_Frozen):
    """A logistic regression over features and their products, and what is shown from which of its probabilities on.

    Attributes:
        bias: The logit where every feature is at its mean.
        features: By name.
        products: What the product of two features, each by its scale, changes; by their names with a blank between.
        thresholds: By operating point.
    """

    bias: Number
    features: dict[Name, Feature]
    products: dict[Name, Number] = {}
    thresholds: dict[Name, Levels]


class Tuning(_Frozen):
    """Weights and confidence in place of the usual ones.

    Attributes:
        made_on: The day on which they were chosen.
        questions: How many labelled questions they were chosen on.
        entries: How many entries were searched then.
        search: Names the search that they were chosen for; they mean nothing to another.
        weights: Of evidence, by name; those that are not named are the usual ones.
        confidence: `None` if it is the usual one.
    """

    made_on: datetime.date
    questions: Count
    entries: Count
    search: Name
    weights: dict[Name, Weight] = {}
    confidence: Confidence | None = None
