#!/usr/bin/env python3
"""Is openapi.json valid OpenAPI 3.1, and complete for a reader: every operation named, summed up and with examples; every example
valid against its schema; every reference and every schema used."""
import json
import sys

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

PROBLEMS = []


def check(good, text):
    if not good:
        PROBLEMS.append(text)


def resolve(api, part):
    while isinstance(part, dict) and "$ref" in part:
        at = api
        for name in part["$ref"][2:].split("/"):
            at = at[name]
        part = at
    return part


def validator(api, schema):
    return Draft202012Validator({"$ref": "#/schema", "schema": schema, "components": api["components"]})


def check_examples(api, place, content):
    for kind, media in content.items():
        check(media.get("examples"), "%s %s: no example" % (place, kind))
        for name, example in media.get("examples", {}).items():
            for error in validator(api, media["schema"]).iter_errors(example["value"]):
                check(False, "%s example %s: %s" % (place, name, error.message))


def references(part):
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def main(path):
    with open(path) as file:
        api = json.load(file)
    for error in OpenAPIV31SpecValidator(api).iter_errors():
        check(False, "not OpenAPI 3.1: %s at %s" % (error.message, list(error.path)))
    operations = 0
    for path_name, methods in api["paths"].items():
        for method, call in methods.items():
            operations += 1
            place = "%s %s" % (method.upper(), path_name)
            asks = ("requestBody",) if method in ("post", "put") else ("parameters",)
            for name in ("operationId", "summary", "description", "tags", *asks):
                check(call.get(name), "%s: no %s" % (place, name))
            check(set(call["tags"]) <= {tag["name"] for tag in api["tags"]}, "%s: unknown tag" % place)
            check_examples(api, place, call.get("requestBody", {}).get("content", {}))
            check_examples(api, place, {one["name"]: one for one in call.get("parameters", ()) if "$ref" not in one})
            check(any(status.startswith("4") for status in call["responses"]), "%s: no 4xx" % place)
            for status, ref in call["responses"].items():
                answer = resolve(api, ref)
                check(answer.get("description"), "%s %s: no description" % (place, status))
                check(answer.get("content") or answer.get("x-answers"), "%s %s: no content" % (place, status))
                check_examples(api, "%s %s" % (place, status), answer.get("content", {}))
    used = set(references(api))
    for group in ("schemas", "responses", "parameters", "headers"):
        for name in api["components"].get(group, {}):
            check("#/components/%s/%s" % (group, name) in used, "components/%s/%s is not used" % (group, name))
    ids = [call["operationId"] for methods in api["paths"].values() for call in methods.values()]
    check(len(ids) == len(set(ids)), "an operationId stands twice")
    for problem in PROBLEMS:
        print("openapi.json: " + problem)
    print("openapi: operations=%d problems=%d" % (operations, len(PROBLEMS)))
    return 1 if PROBLEMS else 0


sys.exit(main(sys.argv[1]))
