#include "api/schemas.hpp"

namespace homeward::api {

std::string_view schemas() {
    return R"json({
"Id": {"type": "string", "format": "uuid"},
"Time": {"type": "string", "format": "date-time"},
"Data": {"type": "object", "description": "The answers of one form, as its kind in the pack says"},
"Problem": {"type": "object", "required": ["type", "title", "status"], "properties": {
  "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
  "errors": {"type": "array", "items": {"type": "object", "required": ["detail"], "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}}}},
  "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}},
  "base": {"$ref": "#/components/schemas/Data"}, "mine": {"$ref": "#/components/schemas/Data"}, "theirs": {"$ref": "#/components/schemas/Data"},
  "conflicts": {"type": "array", "items": {"type": "string"}}}},
"SignIn": {"type": "object", "additionalProperties": false, "required": ["name", "password"], "properties": {
  "name": {"type": "string", "maxLength": 200}, "password": {"type": "string", "maxLength": 256}, "as": {"enum": ["person", "program"]}}},
"Session": {"type": "object", "required": ["account", "role", "purposes", "expires"], "properties": {
  "account": {"$ref": "#/components/schemas/Person"}, "role": {"type": "string"}, "purposes": {"type": "array", "items": {"type": "string"}},
  "csrf": {"type": "string"}, "token": {"type": "string"}, "expires": {"$ref": "#/components/schemas/Time"}, "idle_seconds": {"type": "integer"}}},
"Person": {"type": "object", "required": ["id", "name"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "role": {"type": "string"}, "team": {"type": "string"}}},
"Colleagues": {"type": "object", "required": ["colleagues"], "properties": {"colleagues": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}}}},
"NewPassword": {"type": "object", "additionalProperties": false, "required": ["old", "new"], "properties": {"old": {"type": "string"}, "new": {"type": "string", "minLength": 12, "maxLength": 256}}},
"Account": {"type": "object", "required": ["id", "name", "roles"], "properties": {
  "id": {"$ref": "#/components/schemas/Id"}, "name": {"type": "string"}, "role": {"type": "string"}, "roles": {"type": "array", "items": {"type": "string"}},
  "team": {"type": "string"}, "agency": {"type": "string"}, "gbv_cleared": {"type": "boolean"}, "disabled": {"type": "boolean"}}},
"Accounts": {"type": "object", "required": ["accounts"], "properties": {"accounts": {"type": "array", "items": {"$ref": "#/components/schemas/Account"}}}},
"NewAccount": {"type": "object", "additionalProperties": false, "required": ["name", "password", "roles"], "properties": {
  "id": {"$ref": "#/components/schemas/Id"}, "name": {"type": "string", "maxLength": 100}, "password": {"type": "string", "minLength": 12, "maxLength": 256},
  "roles": {"type": "array", "items": {"type": "string"}}, "team": {"type": "string"}, "agency": {"type": "string"}, "gbv_cleared": {"enum": ["yes", "no"]}}},
"AccountChange": {"type": "object", "additionalProperties": false, "properties": {
  "roles": {"type": "array", "items": {"type": "string"}}, "team": {"type": "string"}, "agency": {"type": "string"},
  "gbv_cleared": {"enum": ["yes", "no"]}, "disabled": {"enum": ["yes", "no"]}}},
"Line": {"type": "object", "description": "One dossier a line"},
"Text": {"type": "string"},
"Pack": {"type": "object", "description": "Forms, codes, safeguards, acts and texts as this role may use them"},
"Summary": {"type": "object", "required": ["ref", "label"], "properties": {
  "ref": {"$ref": "#/components/schemas/Id"}, "label": {"type": "string"}, "overdue": {"type": "integer"}, "running": {"type": "integer"}, "unknown": {"type": "integer"},
  "worst": {"type": ["string", "null"]}, "next_due": {"type": ["string", "null"], "format": "date-time"}, "mine": {"type": "boolean"}}},
"Summaries": {"type": "object", "required": ["items", "next"], "properties": {
  "items": {"type": "array", "items": {"$ref": "#/components/schemas/Summary"}}, "next": {"type": ["string", "null"]}, "total": {"type": "integer"}}},
"NewRecord": {"type": "object", "additionalProperties": false, "required": ["kind", "data"], "properties": {
  "id": {"$ref": "#/components/schemas/Id"}, "kind": {"type": "string"}, "data": {"$ref": "#/components/schemas/Data"}}},
"NewDossier": {"type": "object", "additionalProperties": false, "required": ["type", "records"], "properties": {
  "id": {"$ref": "#/components/schemas/Id"}, "type": {"type": "string"}, "records": {"type": "array", "maxItems": 200, "items": {"$ref": "#/components/schemas/NewRecord"}}}},
"Opened": {"type": "object", "required": ["ref", "version", "records", "findings"], "properties": {
  "ref": {"$ref": "#/components/schemas/Id"}, "version": {"type": "integer"},
  "records": {"type": "array", "items": {"type": "object", "required": ["id", "version"], "properties": {"id": {"$ref": "#/components/schemas/Id"}, "version": {"type": "integer"}}}},
  "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}}}},
"Written": {"type": "object", "required": ["id", "version", "dossier_version", "findings"], "properties": {
  "id": {"$ref": "#/components/schemas/Id"}, "version": {"type": "integer"}, "dossier_version": {"type": "integer"}, "merged": {"type": "boolean"},
  "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}}}},
"Record": {"type": "object", "required": ["id", "kind", "version", "data"], "properties": {
  "id": {"$ref": "#/components/schemas/Id"}, "kind": {"type": "string"}, "version": {"type": "integer"}, "recorded_at": {"$ref": "#/components/schemas/Time"},
  "recorded_by": {"$ref": "#/components/schemas/Person"}, "data": {"$ref": "#/components/schemas/Data"}, "withheld": {"type": "array", "items": {"type": "string"}},
  "incomplete": {"type": "array", "items": {"type": "string"}},
  "contradictions": {"type": "array", "items": {"type": "object", "properties": {"field": {"type": "string"}, "says": {"type": "string"}}}}}},
"File": {"type": "object", "required": ["ref", "type", "version", "records", "findings"], "properties": {
  "ref": {"$ref": "#/components/schemas/Id"}, "type": {"type": "string"}, "version": {"type": "integer"}, "label": {"type": "string"}, "side": {"type": "string"},
  "you": {"type": "object"}, "withheld": {"type": "array", "items": {"type": "object"}},
  "records": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}}, "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}}}},
"Finding": {"type": "object", "required": ["safeguard", "title", "outcome", "severity"], "properties": {
  "safeguard": {"type": "string"}, "title": {"type": "string"}, "explain": {"type": "string"},
  "outcome": {"enum": ["not_applicable", "met", "running", "breached", "unknown"]}, "severity": {"enum": ["critical", "high", "medium", "structural"]},
  "record": {"type": ["string", "null"]}, "kind": {"type": ["string", "null"]}, "start": {"$ref": "#/components/schemas/Time"}, "due": {"$ref": "#/components/schemas/Time"},
  "since": {"$ref": "#/components/schemas/Time"}, "next_due": {"$ref": "#/components/schemas/Time"}, "warning": {"type": "integer"},
  "missing": {"type": "array", "items": {"type": "object"}}, "basis": {"type": "array", "items": {"type": "object"}}, "source": {"type": "array", "items": {"type": "string"}},
  "remedy": {"type": ["object", "null"]}, "tells": {"type": "array", "items": {"type": "string"}}, "blocks": {"type": "array", "items": {"type": "string"}}, "limited": {"type": "boolean"}}},
"Findings": {"type": "object", "required": ["findings"], "properties": {"findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}}}},
"NewAct": {"type": "object", "additionalProperties": false, "required": ["reasons"], "properties": {"id": {"$ref": "#/components/schemas/Id"}, "reasons": {"type": "string", "maxLength": 20000}}},
"Acted": {"type": "object", "required": ["id", "act"], "properties": {"id": {"$ref": "#/components/schemas/Id"}, "act": {"type": "string"}}},
"History": {"type": "object", "required": ["entries", "next"], "properties": {"entries": {"type": "array", "items": {"type": "object"}}, "next": {"type": ["integer", "null"]}}},
"Reads": {"type": "object", "required": ["reads", "next"], "properties": {"reads": {"type": "array", "items": {"type": "object"}}, "next": {"type": ["integer", "null"]}}},
"Work": {"type": "object", "required": ["items", "counts", "next"], "properties": {
  "items": {"type": "array", "items": {"type": "object"}}, "counts": {"type": "object"}, "next": {"type": ["string", "null"]}}},
"Imported": {"type": "object", "required": ["job", "line", "taken", "unchanged", "refused"], "properties": {
  "job": {"$ref": "#/components/schemas/Id"}, "line": {"type": "integer"}, "taken": {"type": "integer"}, "unchanged": {"type": "integer"},
  "refused": {"type": "array", "items": {"type": "object", "properties": {"line": {"type": "integer"}, "pointer": {"type": "string"}, "reason": {"type": "string"}}}}}},
"Health": {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
})json";
}

}  // namespace homeward::api
