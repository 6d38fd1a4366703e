"""An example for every schema of the API's document, made from what the schema itself says."""

from typing import Any

Schema = dict[str, Any]

_BY_FORMAT = {"date": "2026-12-01", "date-time": "2026-12-01T09:00:00Z", "binary": "…"}
_ID = "018f6f6e-3a7c-7d39-9a40-2f1c7a5e0b11"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_BY_NAME = {
    "email": "anna.rossi@azienda.example",
    "time_zone": "Europe/Rome",
    "language": "it",
    "working_window": "08:00-17:00 mon-fri",
}


def example(schema: Schema, schemas: dict[str, Schema], name: str = "") -> Any:
    """Return a value that the schema accepts: its own example or default where it gives one.

    ``schemas`` are the document's components; ``name`` is the property's, if it is one.
    """
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas, name)
    for choice in ("examples", "enum"):
        if schema.get(choice):
            return schema[choice][0]
    if "const" in schema:
        return schema["const"]
    if schema.get("default") is not None:
        return schema["default"]
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return example(schema[union][0], schemas, name)
    return _by_type(schema, schemas, name)


def _by_type(schema: Schema, schemas: dict[str, Schema], name: str) -> Any:
    match schema.get("type"):
        case "object":
            properties = schema.get("properties") or _keyed(schema)
            return {key: example(value, schemas, key) for key, value in properties.items()}
        case "array":
            return [example(schema["items"], schemas, name)] if "items" in schema else []
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return _text(schema, name)


def _keyed(schema: Schema) -> dict[str, Schema]:
    """Return one property of an object whose keys are among a few, like languages; none of any other object."""
    value: Schema = schema.get("additionalProperties", {})
    return dict.fromkeys(schema.get("propertyNames", {}).get("enum", [])[:1], value)


def _text(schema: Schema, name: str) -> str:
    pattern, most = schema.get("pattern", ""), schema.get("maxLength", 40)
    if schema.get("format") in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    if "{64}" in pattern:
        return _HASH
    if "[0-9a-f]{8}" in pattern or name.endswith("_id") or name == "id":
        return _ID
    return _BY_NAME.get(name, name.replace("_", " ").capitalize() or "…")[:most]
