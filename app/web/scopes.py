"""The scopes of API clients in words."""

from app.authz import CLIENT_SCOPES, Permission
from app.wording import N_

P = Permission

_WORDS: dict[Permission, str] = {
    P.ACKNOWLEDGE: N_("Confirm policies as a person of the company"),
    P.MANAGE_CLIENTS: N_("Manage the programs that may use the API"),
    P.READ_COMPANY: N_("Read the company's settings"),
    P.WRITE_COMPANY: N_("Change the company's settings"),
    P.CREATE_COMPANIES: N_("Found companies for clients"),
    P.MANAGE_ENGAGEMENTS: N_("Manage what agencies may do"),
    P.READ_PEOPLE: N_("Read people, teams and sites"),
    P.WRITE_PEOPLE: N_("Add and change people, teams and sites"),
    P.READ_POLICIES: N_("Read policies, drafts included"),
    P.WRITE_POLICIES: N_("Write policies"),
    P.APPROVE_POLICIES: N_("Approve policies"),
    P.PUBLISH_POLICIES: N_("Publish and withdraw policies"),
    P.READ_ACKNOWLEDGEMENTS: N_("Read who acknowledged what"),
    P.SUMMARISE_ACKNOWLEDGEMENTS: N_("Read how many acknowledged, without names"),
    P.RECORD_ACKNOWLEDGEMENTS: N_("Record what people confirmed elsewhere"),
}

SCOPES: dict[str, str] = {scope.value: _WORDS[scope] for scope in Permission if scope in CLIENT_SCOPES}

# Every permission by its code, those included that no client can be given.
PERMISSION_WORDS: dict[str, str] = {permission.value: words for permission, words in _WORDS.items()}
