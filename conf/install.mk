# make install and make uninstall: the program below PREFIX, its settings in /etc/assent, a service
# of systemd. DESTDIR stands before every path, for packages; then nothing is started or changed
# outside of it. An upgrade is "make install" again: settings are never overwritten.
PREFIX  ?= /usr
DESTDIR ?=
BINDIR     = $(PREFIX)/bin
LIBDIR     = $(PREFIX)/lib/assent
DOCDIR     = $(PREFIX)/share/doc/assent
UNITDIR    = $(PREFIX)/lib/systemd/system
CONFDIR    = /etc/assent
UNITS      = assent.service assent-courier.service

# The lines that both units share stand in a file of their own.
FILL_UNIT = sed -e '/^@HARDENING@$$/{' -e 'r conf/systemd/hardening' -e 'd' -e '}' \
            -e 's|@BINDIR@|$(BINDIR)|g' -e 's|@DOCDIR@|$(DOCDIR)|g'
# Systemd is asked only where this is the running system.
LIVE = [ -z '$(DESTDIR)' ] && [ -d /run/systemd/system ]

.PHONY: install uninstall
install: all
	@install -d '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(LIBDIR)' '$(DESTDIR)$(DOCDIR)' '$(DESTDIR)$(UNITDIR)' \
	  '$(DESTDIR)$(PREFIX)/lib/sysusers.d' '$(DESTDIR)$(PREFIX)/lib/tmpfiles.d' '$(DESTDIR)$(CONFDIR)'
	@install -m 755 $(BUILD)/assent '$(DESTDIR)$(BINDIR)/assent.new'
	@mv '$(DESTDIR)$(BINDIR)/assent.new' '$(DESTDIR)$(BINDIR)/assent'
	@install -m 644 $(BUILD)/assent.so '$(DESTDIR)$(LIBDIR)/assent.so.new'
	@mv '$(DESTDIR)$(LIBDIR)/assent.so.new' '$(DESTDIR)$(LIBDIR)/assent.so'
	@install -m 644 kore.conf '$(DESTDIR)$(LIBDIR)/kore.conf'
	@install -m 644 README.md conf/nginx-site.conf assets/sample-people.csv '$(DESTDIR)$(DOCDIR)'
	@install -m 644 conf/systemd/sysusers.conf '$(DESTDIR)$(PREFIX)/lib/sysusers.d/assent.conf'
	@install -m 644 conf/systemd/tmpfiles.conf '$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/assent.conf'
	@for unit in $(UNITS); do $(FILL_UNIT) conf/systemd/$$unit > '$(DESTDIR)$(UNITDIR)'/$$unit && \
	  chmod 644 '$(DESTDIR)$(UNITDIR)'/$$unit || exit 1; done
	@sed 's|^# data /var|data /var|' conf/assent.conf > '$(DESTDIR)$(DOCDIR)/assent.conf'
	@chmod 644 '$(DESTDIR)$(DOCDIR)/assent.conf'
	@[ -e '$(DESTDIR)$(CONFDIR)/assent.conf' ] || \
	  install -m 644 '$(DESTDIR)$(DOCDIR)/assent.conf' '$(DESTDIR)$(CONFDIR)/assent.conf'
	@if $(LIVE); then \
	  systemd-sysusers assent.conf && systemd-tmpfiles --create assent.conf && systemctl daemon-reload; fi
	@echo "Installed below $(DESTDIR)$(PREFIX). Settings: $(DESTDIR)$(CONFDIR)/assent.conf"
	@if $(LIVE); then if systemctl is-active --quiet assent; \
	  then echo "Now: systemctl restart assent"; \
	  else echo "Now: systemctl enable --now assent, then: assent admin add YOU@example.com --generate"; fi; fi

# Settings and data stay, and so does the user who owns them.
uninstall:
	@if $(LIVE); then systemctl disable --now $(UNITS) 2>/dev/null || true; fi
	@rm -f '$(DESTDIR)$(BINDIR)/assent' $(addprefix '$(DESTDIR)$(UNITDIR)'/,$(UNITS)) \
	  '$(DESTDIR)$(PREFIX)/lib/sysusers.d/assent.conf' '$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/assent.conf'
	@rm -rf '$(DESTDIR)$(LIBDIR)' '$(DESTDIR)$(DOCDIR)'
	@if $(LIVE); then systemctl daemon-reload; fi
	@echo "Removed. $(DESTDIR)$(CONFDIR) and $(DESTDIR)/var/lib/assent are kept."
