# What Debian 12 must have to build and run Assent; `make deps` installs what is missing.
DEPS := gcc libc6-dev make pkg-config kore libsodium-dev libsqlite3-dev libcsv-dev libjansson-dev libyajl-dev \
        libidn2-dev libunistring-dev libpng-dev libexpat1-dev liboath-dev libqrencode-dev libssl-dev libcurl4-openssl-dev openssl ca-certificates curl

deps:
	@sh conf/install.sh $(DEPS)
