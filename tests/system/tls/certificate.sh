#!/usr/bin/env bash
# A root of our own and a certificate of it for im.example: ca.pem, cert.pem, key.pem in DIR.
#   tests/system/tls/certificate.sh DIR NAME     NAME is the organisation in the certificate, so that tests tell them apart
set -euo pipefail
mkdir -p "$1"
cd "$1"
umask 077
ec=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
[ -f ca.key ] || openssl req -x509 "${ec[@]}" -keyout ca.key -out ca.pem -days 400 -subj "/O=webrtc-im tests/CN=root" 2>/dev/null
openssl req "${ec[@]}" -keyout key.new -out request.pem -subj "/O=$2/CN=im.example" 2>/dev/null
printf 'subjectAltName=DNS:im.example\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\nbasicConstraints=critical,CA:FALSE\n' >extensions
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 200 -extfile extensions -out cert.new 2>/dev/null
mv key.new key.pem
mv cert.new cert.pem
chmod 644 cert.pem ca.pem
