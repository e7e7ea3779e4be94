"""Starts ministack with what it does differently from the documentation of AWS put right.

- GetObject of a named version honours `Range` and the `response-*` parameters, as it does of the current one
  (Amazon S3 API Reference, GetObject).
- A request that names an algorithm but carries no signature is refused, not let in (Amazon S3 API Reference,
  "Authenticating Requests: Using Query Parameters").
- Tokens from a refresh name the groups of their user (Amazon Cognito Developer Guide, "Refresh tokens").

The suites of libs/storage, apps/e2e and apps/cli ask for them.
"""

from ministack.services import cognito, s3

_get_object = s3._get_object


def _get_object_as_documented(bucket_name, key, headers, query_params=None):
    # The checksum of a whole object is no checksum of a part of it.
    asked_for = {name: value for name, value in headers.items() if name != "x-amz-checksum-mode"}
    is_partial = "range" in headers
    status, answered, body = _get_object(bucket_name, key, asked_for if is_partial else headers, query_params)
    if status != 200 or not s3._qp(query_params or {}, "versionId", ""):
        return status, answered, body
    s3._apply_response_overrides(answered, query_params)
    if not is_partial:
        return status, answered, body
    total = len(body)
    found = s3._parse_range(headers["range"], total)
    if found is None:
        refusal = {"Content-Type": "application/xml", "Content-Range": f"bytes */{total}"}
        return 416, refusal, s3._xml_body(s3._range_error_xml(bucket_name, key))
    start, end = found
    answered["Content-Range"] = f"bytes {start}-{end}/{total}"
    answered["Content-Length"] = str(end + 1 - start)
    return 206, answered, body[start : end + 1]


s3._get_object = _get_object_as_documented

_verify_presigned = s3._verify_presigned_sigv4


def _verify_presigned_as_documented(method, path, headers, query_params):
    asked = {name.lower() for name in query_params or {}}
    if "x-amz-algorithm" in asked and "x-amz-signature" not in asked:
        sentence = "Query-string authentication requires the X-Amz-Signature parameter."
        return s3._error("AuthorizationQueryParametersError", sentence, 400, path)
    return _verify_presigned(method, path, headers, query_params)


s3._verify_presigned_sigv4 = _verify_presigned_as_documented

_make_token = cognito._fake_token


def _make_token_as_documented(sub, pool_id, client_id, token_type="access", username="", **rest):
    if rest.get("trigger_source") == "TokenGeneration_RefreshTokens" and rest.get("groups") is None:
        user = cognito._get_pool_unscoped(pool_id)["_users"].get(username)
        rest["groups"] = user.get("_groups", []) if user else []
    return _make_token(sub, pool_id, client_id, token_type, username=username, **rest)


cognito._fake_token = _make_token_as_documented

from ministack.app import main  # noqa: E402  after the change above

main()
