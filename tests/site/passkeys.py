"""A passkey as the table keeps it, made without a device."""

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData


def passkey(name: str = "Passkey") -> dict[str, object]:
    """What allauth stores when a device has made a passkey."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    ident = f"the id of {name}".encode()
    credential = AttestedCredentialData.create(Aaguid(b"\0" * 16), ident, key)
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP
    made = AttestationObject.create("none", AuthenticatorData.create(b"\0" * 32, flags, 0, credential), {})
    asked = CollectedClientData.create("webauthn.create", b"challenge", "https://support.example")
    response = {"attestationObject": websafe_encode(made), "clientDataJSON": websafe_encode(asked)}
    given = {"id": websafe_encode(ident), "rawId": websafe_encode(ident), "type": "public-key"}
    return {"name": name, "credential": given | {"response": response, "clientExtensionResults": {}}}
