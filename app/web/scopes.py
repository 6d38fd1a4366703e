"""The scopes of API clients in words, and the scope that each operation of the API needs."""

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

# What the service functions behind an operation require: all of these. The API's document says it, and a repeated
# request is asked for it before its first answer is given again.
OPERATIONS: dict[str, tuple[Permission, ...]] = {
    "list_policies": (P.READ_POLICIES,),
    "create_policy": (P.WRITE_POLICIES,),
    "get_policy": (P.READ_POLICIES,),
    "list_policy_versions": (P.READ_POLICIES,),
    "create_policy_version": (P.WRITE_POLICIES,),
    "get_policy_version": (P.READ_POLICIES,),
    "update_policy_version": (P.WRITE_POLICIES,),
    "discard_policy_version": (P.WRITE_POLICIES,),
    "get_policy_text": (P.READ_POLICIES,),
    "put_policy_text": (P.WRITE_POLICIES,),
    "remove_policy_text": (P.WRITE_POLICIES,),
    "get_policy_checklist": (P.READ_POLICIES,),
    "submit_policy_version": (P.WRITE_POLICIES,),
    "request_changes_to_policy_version": (P.APPROVE_POLICIES,),
    "approve_policy_version": (P.APPROVE_POLICIES,),
    "reschedule_policy_version": (P.PUBLISH_POLICIES,),
    "publish_policy_version": (P.PUBLISH_POLICIES,),
    "withdraw_policy_version": (P.PUBLISH_POLICIES,),
    "list_posting_records": (P.READ_POLICIES,),
    "create_posting_record": (P.PUBLISH_POLICIES,),
    "get_posting_record": (P.READ_POLICIES,),
    "end_posting_record": (P.READ_POLICIES, P.PUBLISH_POLICIES),
    "get_posting_proof": (P.READ_POLICIES,),
    "list_acknowledgements": (P.READ_ACKNOWLEDGEMENTS,),
    "create_acknowledgement": (P.RECORD_ACKNOWLEDGEMENTS,),
    "create_paper_acknowledgement": (P.RECORD_ACKNOWLEDGEMENTS,),
    "correct_acknowledgement": (P.RECORD_ACKNOWLEDGEMENTS,),
    "get_acknowledgement_scan": (P.READ_ACKNOWLEDGEMENTS,),
    "get_acknowledgement_receipt": (P.READ_ACKNOWLEDGEMENTS,),
    "get_version_receipt": (P.READ_POLICIES,),
    "get_posting_receipt": (P.READ_POLICIES,),
    "get_evidence_bundle": (P.READ_ACKNOWLEDGEMENTS, P.READ_POLICIES),
    "list_assignments": (P.READ_ACKNOWLEDGEMENTS,),
    "reply_to_assignment": (P.RECORD_ACKNOWLEDGEMENTS,),
    "excuse_assignment": (P.RECORD_ACKNOWLEDGEMENTS,),
    "get_version_summary": (P.SUMMARISE_ACKNOWLEDGEMENTS,),
    "list_pending_people": (P.READ_ACKNOWLEDGEMENTS,),
    "remind_pending_people": (P.RECORD_ACKNOWLEDGEMENTS,),
    "create_company": (P.CREATE_COMPANIES,),
    "list_companies": (),
    "get_company": (P.READ_COMPANY,),
    "update_company": (P.WRITE_COMPANY,),
    "list_closing_days": (P.READ_COMPANY,),
    "create_closing_days": (P.WRITE_COMPANY,),
    "remove_closing_days": (P.WRITE_COMPANY,),
    "list_engagements": (P.MANAGE_ENGAGEMENTS,),
    "get_engagement": (P.MANAGE_ENGAGEMENTS,),
    "update_engagement": (P.MANAGE_ENGAGEMENTS,),
    "list_teams": (P.READ_COMPANY,),
    "create_team": (P.WRITE_PEOPLE,),
    "update_team": (P.WRITE_PEOPLE,),
    "list_sites": (P.READ_COMPANY,),
    "create_site": (P.WRITE_PEOPLE,),
    "update_site": (P.WRITE_PEOPLE,),
    "bulk_write_people": (P.WRITE_PEOPLE,),
    "import_people": (P.WRITE_PEOPLE,),
    "list_people": (P.READ_PEOPLE,),
    "create_person": (P.WRITE_PEOPLE,),
    "put_person": (P.WRITE_PEOPLE,),
    "get_person_by_external_id": (P.READ_PEOPLE,),
    "get_person": (P.READ_PEOPLE,),
    "update_person": (P.WRITE_PEOPLE,),
    "end_employment": (P.WRITE_PEOPLE,),
    "rejoin_person": (P.WRITE_PEOPLE,),
    "erase_person": (P.WRITE_PEOPLE,),
}
