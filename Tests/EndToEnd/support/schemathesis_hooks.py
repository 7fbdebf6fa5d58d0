"""What schemathesis does not know by itself: session descriptions and fragments of them are plain text."""

import schemathesis

schemathesis.serializer.alias(["application/sdp", "application/trickle-ice-sdpfrag"], "text/plain")
