"""The courses that come with the product, to be edited."""

from app.wording import N_, Worded


class Starter(Worded):
    SPEAKING = "speaking", N_("Speaking about the company: for everybody, ten lessons")
    LEADING = "leading", N_("Leading without pressing: for marketing leads and managers")
