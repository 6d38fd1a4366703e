"""What people are told where a witness did not cosign, or an authority did not date, the company's log."""

from app.merkle_log.services.witnesses import Failure
from app.wording import N_

FAILURE_WORDS: dict[str, str] = {
    Failure.UNREACHABLE: N_("It did not answer; it is asked again by itself."),
    Failure.REFUSED_ADDRESS: N_("Its address leads into a private network: allow that in the settings if it is meant."),
    Failure.BAD_ANSWER: N_("Its answer cannot be used; it is asked again by itself. Compare its key in the settings."),
    Failure.UNKNOWN_LOG: N_("It does not watch this log yet: give it the key of the log."),
    Failure.KEY_UNKNOWN: N_("It knows this log under another key: give it the present one."),
    Failure.ROLLED_BACK: N_("It saw a longer log than there is now: an older backup was restored. Find the newer one."),
    Failure.FORKED: N_("The log does not continue what it saw: the history was changed. Check the whole log."),
    Failure.REJECTED: N_("The authority gave no time stamp: ask it why."),
    Failure.UNTRUSTED: N_("The time stamp comes from nobody who is trusted here: compare the roots in the settings."),
    Failure.OTHER_CONTENT: N_("The time stamp is over something else: ask the authority."),
}
