"""Says what to do when the suite runs without an emulator, and gives the application a certificate."""

import base64
import datetime
import json
import os
import urllib.request

import pytest
from azure.identity import ClientSecretCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def pytest_configure():
    if "EMULATOR_URL" not in os.environ:
        pytest.exit("no emulator: run this as 'adf-emulator exec -- python -m pytest tests/clients/python'", returncode=2)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A file with a key and its certificate, which the application is told of at Microsoft Graph."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "adf-emulator-suite")])
    from_, until = datetime.datetime(2020, 1, 1), datetime.datetime(2120, 1, 1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), from_, until)
    made = builder.sign(key, hashes.SHA256())
    tell(made.public_bytes(serialization.Encoding.DER))
    file = tmp_path_factory.mktemp("certificate") / "owner.pem"
    private = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(pem, *private) + made.public_bytes(pem))
    return str(file)


def tell(der):
    url, application = os.environ["EMULATOR_URL"], os.environ["AZURE_CLIENT_ID"]
    who = (os.environ["AZURE_TENANT_ID"], application, os.environ["AZURE_CLIENT_SECRET"])
    token = ClientSecretCredential(*who, authority=url, disable_instance_discovery=True).get_token(f"{url}/graph/.default").token
    key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.b64encode(der).decode()}
    request = urllib.request.Request(
        f"{os.environ['EMULATOR_HTTP_URL']}/graph/v1.0/applications(appId='{application}')",
        method="PATCH",
        data=json.dumps({"keyCredentials": [key]}).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request).close()
