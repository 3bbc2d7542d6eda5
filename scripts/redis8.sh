#!/bin/sh
# Put Debian trixie's Redis 8, which knows vector sets, into a folder of its own with the libraries that it needs:
#   redis8.sh FOLDER     then FOLDER/redis-server is started as any other
# Nothing of this machine is changed: the packages are unpacked and not installed, its own C library stays what it is.
# The mirror is the one that apt is set to.
set -eu
folder=$1
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
rm -rf "$folder/apt" "$folder/root"
mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$folder/root"
: >"$folder/apt/status"

mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -n 1)
[ -n "$mirror" ] || { printf 'redis8: apt knows no Debian mirror\n' >&2; exit 1; }
printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "$mirror" >"$folder/apt/trixie.list"

set -- -qq -o "Dir::Etc::sourcelist=$folder/apt/trixie.list" -o Dir::Etc::sourceparts=/dev/null \
  -o "Dir::State::lists=$folder/apt/lists" -o "Dir::State::status=$folder/apt/status" \
  -o "Dir::Cache=$folder/apt" -o "Dir::Cache::archives=$folder/apt/archives" -o APT::Sandbox::User=root
apt-get "$@" update
apt-get "$@" install -y --no-install-recommends --download-only redis-server >/dev/null
for package in "$folder"/apt/archives/*.deb; do
  dpkg -x "$package" "$folder/root"
done
rm -rf "$folder/apt"

loader=$(find "$folder/root/usr/lib" "$folder/root/lib" -name 'ld-linux-*.so.*' 2>/dev/null | head -n 1)
cat >"$folder/redis-server" <<END
#!/bin/sh
exec "$loader" --argv0 redis-server --library-path "$(dirname "$loader")" "$folder/root/usr/bin/redis-check-rdb" "\$@"
END
chmod 755 "$folder/redis-server"
"$folder/redis-server" --version
