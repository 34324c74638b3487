"""Bodies that schemathesis does not know how to send: they are texts."""

import schemathesis


@schemathesis.serializer(
    "application/sparql-query", "application/sparql-update", "application/n-triples", "application/n-quads",
    "application/trig",
)  # fmt: skip
def send_text(_: schemathesis.SerializationContext, value: object) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")
