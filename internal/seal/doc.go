// Package seal makes tampering with a trail evident. It says what the content of
// an activity is and how it is hashed, builds Merkle trees over those hashes,
// chains and signs their roots, and proves that one activity was among them.
// ADR 012 has the reasons.
//
// It knows neither Postgres nor OpenTelemetry: fields come as COPY's binary
// format writes them, each four bytes of length (all ones for NULL) and the value.
package seal
