#!/bin/sh
# Builds the peers that are C programs into a folder of your choice:
#
#     bench/peers/build.sh DIR
#
# Needs a C compiler and libhyperscan-dev. Vectorscan's package cannot be
# installed beside it, so it is fetched with apt-get download and unpacked into
# DIR; where that fails, it is left out.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build.sh DIR}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cc -O2 -Wall -Wextra -I/usr/include/hs -o "$out/hyperscan" "$here/hs/hs.c" -lhs
echo "built $out/hyperscan"
(
	mkdir -p "$out/vectorscan.d" && cd "$out/vectorscan.d"
	apt-get download -q libvectorscan5 libvectorscan-dev >/dev/null 2>&1
	for d in *.deb; do dpkg -x "$d" root; done
	lib=$(dirname "$(find "$PWD/root" -name 'libhs.so' | head -n 1)")
	cc -O2 -I"$PWD/root/usr/include/hs" -o "$out/vectorscan" "$here/hs/hs.c" -L"$lib" -lhs -Wl,-rpath,"$lib"
	echo "built $out/vectorscan"
) || echo "vectorscan left out: its packages could not be fetched" >&2
