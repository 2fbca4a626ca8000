"""Mails that are signed or encrypted, in all the ways of S/MIME and OpenPGP."""

from __future__ import annotations

from base64 import encodebytes

from tests.mails import TEXT, Case, mail, multipart, nested, part

_PGP = b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
_SIGNED = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHello\r\n- -- \r\nAda\r\n"
    b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n-----END PGP SIGNATURE-----\r\n"
)
_P7S = part("Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64", b"MIIB")


def _der(tag: int, *values: bytes) -> bytes:
    value = b"".join(values)
    length = len(value).to_bytes(4, "big")
    return bytes((tag, 0x84)) + length + value


def _endless(tag: int, *values: bytes) -> bytes:
    """An element whose end only a mark shows, as those write who sign while they send."""
    return bytes((tag, 0x80)) + b"".join(values) + b"\0\0"


_SIGNED_OID, _DATA_OID = (bytes.fromhex(f"06092a864886f70d0107{last}") for last in ("02", "01"))
_SIGNED_MAIL = multipart(TEXT, part("Content-Type: application/pdf; name=a.pdf", b"%PDF")).partition(
    b"desk@example.com\r\n"
)[2]
_ALGORITHMS = _der(0x31, _der(0x30, bytes.fromhex("0609608648016503040201")))
_OPAQUE = _der(
    0x30,
    _SIGNED_OID,
    _der(
        0xA0,
        _der(
            0x30, b"\x02\x01\x01", _ALGORITHMS, _der(0x30, _DATA_OID, _der(0xA0, _der(0x04, _SIGNED_MAIL))), _der(0x31)
        ),
    ),
)
_STREAMED = _endless(
    0x30,
    _SIGNED_OID,
    _endless(
        0xA0,
        _endless(
            0x30,
            b"\x02\x01\x01",
            _ALGORITHMS,
            _endless(
                0x30,
                _DATA_OID,
                _endless(0xA0, _endless(0x24, _der(0x04, _SIGNED_MAIL[:50]), _der(0x04, _SIGNED_MAIL[50:]))),
            ),
            _der(0x31),
        ),
    ),
)


def _opaque(data: bytes, kind: str = "; smime-type=signed-data") -> bytes:
    return mail(
        f"Content-Type: application/pkcs7-mime{kind}; name=smime.p7m\nContent-Transfer-Encoding: base64",
        encodebytes(data),
    )


def _protected(name: str, raw: bytes, signed: str, encrypted: str, **expected: object) -> Case:
    return Case(f"protected: {name}", raw, {"signed": signed, "encrypted": encrypted, **expected})


CASES = [
    _protected(
        "S/MIME, detached",
        multipart(TEXT, _P7S, kind='signed; protocol="application/pkcs7-signature"; micalg=sha-256'),
        "S/MIME",
        "",
        text="Hello",
        files=("smime.p7s",),
    ),
    _protected(
        "S/MIME, detached, of long ago",
        multipart(TEXT, _P7S.replace(b"/pkcs7", b"/x-pkcs7"), kind='signed; protocol="application/x-pkcs7-signature"'),
        "S/MIME",
        "",
        text="Hello",
        files=("smime.p7s",),
    ),
    _protected(
        "S/MIME, encrypted",
        mail(
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
            "Content-Transfer-Encoding: base64",
            b"MIIB",
        ),
        "",
        "S/MIME",
        text="",
        files=("smime.p7m",),
    ),
    _protected(
        "S/MIME, encrypted, another name",
        mail("Content-Type: application/x-pkcs7-mime; name=smime.p7m", b"\x30"),
        "",
        "S/MIME",
        files=("smime.p7m",),
    ),
    _protected(
        "S/MIME, encrypted and authenticated",
        mail("Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data", b"\x30"),
        "",
        "S/MIME",
    ),
    _protected(
        "S/MIME, only certificates",
        mail("Content-Type: application/pkcs7-mime; smime-type=certs-only; name=a.p7c", b"\x30"),
        "",
        "",
        files=("a.p7c",),
    ),
    _protected(
        "S/MIME, wrapped", _opaque(_OPAQUE), "S/MIME", "", text="Hello", files=("smime.p7m", "a.pdf"), html_only=False
    ),
    _protected(
        "S/MIME, wrapped in pieces", _opaque(_STREAMED), "S/MIME", "", text="Hello", files=("smime.p7m", "a.pdf")
    ),
    _protected("S/MIME, wrapped, kind not said", _opaque(_OPAQUE, ""), "S/MIME", "", text="Hello"),
    _protected("S/MIME, wrapped and cut off", _opaque(_OPAQUE[:90]), "S/MIME", "", text="", files=("smime.p7m",)),
    _protected("S/MIME, wrapped in nothing", _opaque(_OPAQUE[:30]), "S/MIME", "", text=""),
    _protected("S/MIME, rubbish that says it is signed", _opaque(b"\x30\x80\xff"), "S/MIME", "", text=""),
    _protected(
        "PGP/MIME, signed",
        multipart(
            TEXT,
            part("Content-Type: application/pgp-signature; name=signature.asc", b"-----BEGIN PGP SIGNATURE-----"),
            kind='signed; protocol="application/pgp-signature"',
        ),
        "OpenPGP",
        "",
        text="Hello",
        files=("signature.asc",),
    ),
    _protected(
        "PGP/MIME, encrypted",
        multipart(
            part("Content-Type: application/pgp-encrypted", b"Version: 1"),
            part("Content-Type: application/octet-stream; name=encrypted.asc\nContent-Disposition: inline", _PGP),
            kind='encrypted; protocol="application/pgp-encrypted"',
        ),
        "",
        "OpenPGP",
        text="",
        files=("attachment.asc", "encrypted.asc"),
    ),
    _protected("PGP in the text", mail("", _PGP), "", "OpenPGP", **{"text has": "-----BEGIN PGP MESSAGE-----"}),
    _protected(
        "PGP-signed text", mail("", _SIGNED), "OpenPGP", "", **{"text has": ("Hello", "-----BEGIN PGP SIGNATURE-----")}
    ),
    _protected("PGP in the middle of a text is a quote", mail("", b"> " + _PGP.replace(b"\r\n", b"\r\n> ")), "", ""),
    _protected(
        "signed and encrypted",
        multipart(
            part("Content-Type: application/pkcs7-mime; smime-type=enveloped-data"),
            _P7S,
            kind='signed; protocol="application/pkcs7-signature"',
        ),
        "S/MIME",
        "S/MIME",
    ),
    _protected(
        "a list's footer around a signed mail",
        multipart(
            nested(TEXT, _P7S, kind='signed; protocol="application/pkcs7-signature"'),
            part("Content-Type: text/plain", b"the list"),
        ),
        "S/MIME",
        "",
        text="Hello\n\nthe list",
    ),
    _protected(
        "signed without a signature",
        multipart(TEXT, kind='signed; protocol="application/pgp-signature"'),
        "OpenPGP",
        "",
        text="Hello",
    ),
    _protected(
        "signed by something new",
        multipart(TEXT, part("Content-Type: application/x-new"), kind="signed; protocol=application/x-new"),
        "x-new",
        "",
        text="Hello",
    ),
    _protected("encrypted by nobody", multipart(part("Content-Type: a/b"), kind="encrypted"), "", "an unknown method"),
    _protected("a word about signatures", mail("", b"Please send me your -----BEGIN PGP MESSAGE-----"), "", ""),
]
