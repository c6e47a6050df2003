"""Keys of two parties, made once a run: an Ed25519 and an RSA key each."""

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def pem_of(key: Ed25519PrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def made() -> str:
    return pem_of(Ed25519PrivateKey.generate()) + pem_of(rsa.generate_private_key(65537, 2048))


PEM_OF_OURS, PEM_OF_THEIRS = made(), made()
