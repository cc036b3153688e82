"""What the question route takes."""

from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from api.core.schema import Input, storable

MOST_CHARACTERS = 2000


class Question(Input):
    """What a reader wants to know about a document."""

    message: Annotated[
        str,
        StringConstraints(min_length=1, max_length=MOST_CHARACTERS, strip_whitespace=True),
        BeforeValidator(storable),
    ]
