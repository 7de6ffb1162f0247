"""What `faq tune` found on an office's own questions: other weights of evidence, and another confidence.

What the names mean, the search knows. Here it is data: read, validated and kept like the rest of the knowledge.
"""

import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

MOST_WEIGHT = 100.0

LONGEST_MODEL = 300

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_MODEL)]
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


class EmbeddedTuning(_Frozen):
    """What takes the place of the usual where a question's embedding is known.

    Attributes:
        model: Whose embeddings they were, as its server calls it; for people.
        search: Names the model and the search with it that the rest was chosen for; it means nothing to another.
        weights: Of the evidence that embeddings are, by name; those that are not named are the usual ones.
        confidence: `None` if it is the usual one.
    """

    model: ModelName
    search: Name
    weights: dict[Name, Weight] = {}
    confidence: Confidence | None = None


class Tuning(_Frozen):
    """Weights and confidence in place of the usual ones.

    Attributes:
        made_on: The day on which they were chosen.
        questions: How many labelled questions they were chosen on.
        entries: How many entries were searched then.
        search: Names the search that they were chosen for; they mean nothing to another.
        weights: Of evidence, by name; those that are not named are the usual ones.
        confidence: `None` if it is the usual one.
        embedded: What is otherwise where a question's embedding is known; `None` if nothing was chosen for that.
    """

    made_on: datetime.date
    questions: Count
    entries: Count
    search: Name
    weights: dict[Name, Weight] = {}
    confidence: Confidence | None = None
    embedded: EmbeddedTuning | None = None

    @model_validator(mode="after")
    def _no_confidence_for_embeddings_alone(self) -> "Tuning":
        if self.embedded and self.embedded.confidence and not self.confidence:
            msg = "'embedded' has a 'confidence', and there is none for questions without an embedding"
            raise ValueError(msg)
        return self
