"""OpenAI's own client for Python: uploads, in parts or by one PUT to S3."""

import hashlib
import os
import tempfile
import urllib.request

import openai

from cases import case, equal, fails, gateway, run

PART_BYTES = 4 * 1024 * 1024

client = openai.OpenAI(base_url=gateway.baseUrl, api_key=gateway.apiKey, max_retries=0)


@case("upload_file_chunked sends a file in parts of 4 MiB")
def chunked():
    data = os.urandom(2 * PART_BYTES + 1)
    upload = client.uploads.upload_file_chunked(
        file=data,
        filename="large.bin",
        bytes=len(data),
        mime_type="application/octet-stream",
        purpose="user_data",
        part_size=PART_BYTES,
        md5=hashlib.md5(data).hexdigest(),
    )
    equal((upload.status, upload.file.bytes, upload.file.filename), ("completed", len(data), "large.bin"))
    assert client.files.content(upload.file.id).read() == data, "the bytes are others"
    client.files.delete(upload.file.id)


@case("upload_file_chunked sends a file on disk")
def chunked_path():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "small.txt")
        with open(path, "wb") as file:
            file.write(b"all of it")
        upload = client.uploads.upload_file_chunked(
            file=path, mime_type="text/plain", purpose="user_data", part_size=PART_BYTES
        )
    equal((upload.file.filename, client.files.content(upload.file.id).read()), ("small.txt", b"all of it"))
    client.files.delete(upload.file.id)


@case("parts of the client's own size are too large for the edge")
def too_large():
    data = os.urandom(10_000_000)
    error = fails(
        openai.APIStatusError,
        lambda: client.uploads.upload_file_chunked(
            file=data,
            filename="large.bin",
            bytes=len(data),
            mime_type="application/octet-stream",
            purpose="user_data",
        ),
    )
    equal(error.status_code, 413)


@case("the wrong MD5 is a BadRequestError, and no file")
def wrong_md5():
    data = b"all of it"
    upload = client.uploads.create(filename="a.txt", bytes=len(data), mime_type="text/plain", purpose="user_data")
    part = client.uploads.parts.create(upload.id, data=data)
    md5 = hashlib.md5(b"another").hexdigest()
    error = fails(
        openai.BadRequestError, lambda: client.uploads.complete(upload.id, part_ids=[part.id], md5=md5)
    )
    equal(error.param, "md5")
    equal(client.uploads.cancel(upload.id).status, "cancelled")


@case("the whole is sent to S3 in one PUT")
def presigned():
    data = os.urandom(5_000_000)
    upload = client.uploads.create(
        filename="large.bin",
        bytes=len(data),
        mime_type="application/octet-stream",
        purpose="user_data",
        extra_headers={"x-gateway-sha256": hashlib.sha256(data).hexdigest()},
    )
    put = upload.presigned_put
    request = urllib.request.Request(put["url"], data=data, headers=put["headers"], method=put["method"])
    with urllib.request.urlopen(request) as response:
        equal(response.status, 200)
    completed = client.uploads.complete(upload.id, part_ids=[])
    assert client.files.content(completed.file.id).read() == data, "the bytes are others"
    client.files.delete(completed.file.id)


run()
