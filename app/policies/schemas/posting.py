"""Input and output of posting records: where a version hangs, or hung, for all to see."""

from datetime import date, datetime

from pydantic import Field

from app.schemas.base import Day, Id, Input, Name, Output, Sha256


class PostingIn(Input):
    place: Name = Field(examples=["Noticeboard at the entrance", "https://intranet.example"])
    starts_on: Day = Field(description="The first day it hung there. Not in the future: a plan is no proof.")
    ends_on: Day | None = Field(None, description="The last day; leave it out while it still hangs.")
    site_id: Id | None = None


class PostingEndIn(Input):
    ends_on: Day = Field(description="The last day it hung there.")


class PostingOut(Output):
    id: Id
    version_id: Id
    site_id: Id | None
    place: str = Field(max_length=300)
    starts_on: date
    ends_on: date | None
    proof_sha256: Sha256 | None = Field(description="SHA-256 of the stored proof; its bytes are at …/proof")
    recorded_at: datetime
