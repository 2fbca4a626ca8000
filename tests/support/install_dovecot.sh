#!/bin/sh
# Install Dovecot from the packages of Debian and its children, unless it is there. The package starts a mail server for
# the whole machine, which nobody who runs tests wants: it is switched off again. The tests start their own.
set -eu
PATH="$PATH:/usr/sbin:/usr/local/sbin"

# Its IMAP is a package of its own, whose program no PATH leads to.
if command -v dovecot >/dev/null; then
	for folder in /usr/lib /usr/libexec /usr/local/libexec /opt/homebrew/libexec; do
		[ -x "$folder/dovecot/imap" ] && exit 0
	done
fi
if ! command -v apt-get >/dev/null; then
	echo "Dovecot is missing, and there is no apt-get: install Dovecot as your system does it, and run this again."
	exit 1
fi
if [ "$(id -u)" = 0 ]; then
	as_root=""
elif command -v sudo >/dev/null; then
	as_root="sudo"
else
	echo "Dovecot is missing: have root run “apt-get install dovecot-imapd”, and run this again."
	exit 1
fi
echo "Installing Dovecot (dovecot-imapd)."
$as_root apt-get update -qq || true
if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends dovecot-imapd >/dev/null; then
	echo "Dovecot could not be installed: see what apt-get says, install dovecot-imapd, and run this again."
	exit 1
fi
if command -v systemctl >/dev/null; then
	$as_root systemctl disable --now dovecot >/dev/null 2>&1 || true
fi
