# Tests, lint and bench. Included by the Makefile.
TEST_DEPS := systemd:systemd-analyze libcmocka-dev clang clang-format clang-tidy cppcheck libclang-rt-14-dev nodejs:node npm:npm python3 \
             chromium nginx-light:nginx wrk jq sqlite3 procps lynx w3m tmux libdb5.3 libicu72 libnsl2

test-deps: deps
	@sh conf/install.sh $(TEST_DEPS)
	@$(MAKE) --no-print-directory tests/node_modules/.package-lock.json

# What the tests over HTTP and in the browser need of npm: exact versions, in tests/ only.
tests/node_modules/.package-lock.json: tests/package-lock.json
	cd tests && npm ci --no-audit --no-fund
	@touch $@

# The last three packages above are what Postfix's smtp-sink needs, which the tests of the courier and
# the benchmark send to.
SINK := build/sink/usr/sbin/smtp-sink
$(SINK): tests/sink.sh
	@sh $< build/sink
	@touch $@

# One cmocka program a module: tests/unit/test_NAME.c, linked with everything that needs no Kore.
UNIT   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
# The other files of that folder are shared by them all. An archive, so that each takes what it
# calls for and no more.
UNIT_H := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))
$(BUILD)/unit/all.a: $(UNIT_H) $(CORE_O) $(VIEW_O) $(call object,src/web/guard_parse.c src/web/guard_head.c src/web/range.c)
	@mkdir -p $(@D)
	@rm -f $@
	$(call said,ar)
	$(Q)ar rcs $@ $^
$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(BUILD)/unit/all.a
	@mkdir -p $(@D)
	$(call said,cc)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(BUILD)/unit/all.a $(LIBS) -lcmocka
$(BUILD)/obj/tests/%.o: CFLAGS += -Itests -Wno-missing-prototypes
$(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/*/*.c)): | $(GENERATED)

# Test programs run side by side, each in folders of its own.
EACH = printf '%s\n' $(1) | xargs -P $(PROCS) -n 1 sh tests/each.sh
.PHONY: unit
unit:
	+@$(BUILT) $(UNIT)
	@$(call EACH,$(UNIT))

# The Nth call fails, for every N: in SQLite's file system and allocator.
FAULT := $(patsubst tests/fault/%.c,$(BUILD)/fault/%,$(wildcard tests/fault/test_*.c))
$(BUILD)/fault/%: $(BUILD)/obj/tests/fault/%.o $(BUILD)/obj/tests/fault/fault.o $(BUILD)/obj/tests/fault/exhaust.o $(BUILD)/obj/tests/fault/power.o $(BUILD)/unit/all.a
	@mkdir -p $(@D)
	$(call said,cc)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(BUILD)/unit/all.a $(LIBS) -lcmocka
.PHONY: fault
fault:
	+@$(BUILT) $(FAULT)
	@$(call EACH,$(FAULT))

# Every page in every state, drawn from canned values, to look at and to check without a server.
STATES_O := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/preview/states*.c))
$(BUILD)/unit/test_view: $(STATES_O)
$(BUILD)/preview/draw: $(BUILD)/obj/tests/preview/preview.o $(STATES_O) $(BUILD)/unit/all.a
	@mkdir -p $(@D)
	$(call said,link)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
.PHONY: preview
preview:
	+@$(BUILT) $(BUILD)/preview/draw
	@$(BUILD)/preview/draw $(BUILD)/preview

# The films of Help, recorded anew from the program as it is: FILM=find makes one alone. They are
# kept in assets/films, so that neither running nor testing needs ffmpeg.
FILMS_DEPS := ffmpeg
.PHONY: films
films: all test-deps
	@sh conf/install.sh $(FILMS_DEPS)
	node tests/films/record.mjs $(FILM)

# Lint: formatting, two analysers, the rooms check. Kore's headers are not ours to mend.
LINT_C := $(wildcard src/*/*.c)
LINT_ALL := $(wildcard src/*/*.[ch] tests/*/*.[ch])
TIDY_FLAGS = -std=c11 -D_GNU_SOURCE -Isrc -Itests -I$(BUILD)/gen $(KORE_FLAGS)

.PHONY: format tidy cppcheck
format:
	clang-format -i $(LINT_ALL)
# One file a run: over several, the analyser takes the second vsnprintf for one without a va_list.
tidy: $(GENERATED)
	@printf '%s\n' $(LINT_C) | xargs -P $(PROCS) -n 1 sh -c 'clang-tidy --quiet "$$@" -- $(TIDY_FLAGS) 2>$(BUILD)/tidy.$$$$.log || { cat $(BUILD)/tidy.$$$$.log; exit 255; }' tidy
	@rm -f $(BUILD)/tidy.*.log; echo "clang-tidy: clean"
cppcheck: $(GENERATED)
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	  --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches --error-exitcode=1 -j $(PROCS) \
	  -D_GNU_SOURCE -D__x86_64__ -Isrc -I$(BUILD)/gen src && echo "cppcheck: clean"
lint: test-deps $(GENERATED)
	@clang-format --dry-run --Werror $(LINT_ALL) && echo "clang-format: clean"
	@sh tests/lint/templates.sh
	@sh tests/lint/texts.sh
	@$(MAKE) --no-print-directory rooms cppcheck tidy

# The README's second command. Each suite is a target of its own and can be run alone. What reckons
# runs beside what mostly waits; the fuzzers, whose time is set, alone. What two suites would build
# at once is built before.
SUITES := "+ lint unit fault san fuzzers" cli http browser -- fuzz
test: all test-deps
	+@$(BUILT) $(UNIT) $(FAULT) $(BUILD)/preview/draw
	@MAKE=$(MAKE) sh tests/run.sh $(SUITES)

# Node's runner against a server of each file's own, and Chromium doing what people do.
NODE_TEST := node --test --test-concurrency=$(PROCS)
.PHONY: cli http browser
cli: all tests/node_modules/.package-lock.json $(SINK)
	$(NODE_TEST) $(sort $(wildcard tests/cli/*.test.mjs))
http: all tests/node_modules/.package-lock.json
	$(NODE_TEST) $(sort $(wildcard tests/http/*.test.mjs))
browser: all tests/node_modules/.package-lock.json
	@$(MAKE) --no-print-directory preview
	$(NODE_TEST) $(sort $(wildcard tests/browser/*.test.mjs))

# The unit tests once more, under AddressSanitizer and UBSan.
.PHONY: san
san:
	@$(MAKE) --no-print-directory SAN=address,undefined unit

# And under valgrind, which sees what is read before it was ever written: by hand, it takes half an
# hour. VALGRIND='build/unit/test_buf …' takes some of them. What need not be told of: tests/valgrind.txt.
VALGRIND_DEPS := valgrind
VALGRIND ?= $(UNIT)
.PHONY: valgrind
valgrind:
	@sh conf/install.sh $(VALGRIND_DEPS)
	+@$(BUILT) $(VALGRIND)
	@printf '%s\n' $(VALGRIND) | xargs -P $(PROCS) -n 1 sh tests/valgrind.sh

# What several threads share, under ThreadSanitizer: the list in memory, searches while it changes,
# the writer with its checkpointer. Without address layouts at random, which its shadow doesn't always
# fit beside. What it need not tell of: tests/tsan.txt.
.PHONY: tsan
TSAN := directory_search directory_search_change directory_map directory_mended directory_order directory_model writer writer_processes
tsan: $(GENERATED)
	@$(MAKE) --no-print-directory $(JOBS) SAN=thread BUILD=build/tsan $(TSAN:%=build/tsan/unit/test_%)
	@for name in $(TSAN); do TSAN_OPTIONS="suppressions=tests/tsan.txt halt_on_error=1 history_size=7" \
	  setarch -R sh tests/each.sh build/tsan/unit/test_$$name || exit 1; done

# The benchmark: README.md in tests/bench says what is measured against what.
$(BUILD)/bench/bare_kore.so: tests/bench/bare_kore.c
	@mkdir -p $(@D)
	$(call said,cc)
	$(Q)$(CC) -O2 -fPIC -shared $(KORE_FLAGS) -o $@ $<
$(BUILD)/bench/bare_%: tests/bench/bare_%.c
	@mkdir -p $(@D)
	$(call said,cc)
	$(Q)$(CC) -O2 -o $@ $< -lsodium -lsqlite3 -lpthread
$(BUILD)/bench/store $(BUILD)/bench/search: $(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(CORE_O)
	@mkdir -p $(@D)
	$(call said,cc)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
BENCH := $(BUILD)/bench/bare_kore.so $(patsubst %,$(BUILD)/bench/bare_%,commit import ledger read sodium)
bench: all test-deps $(SINK) $(BENCH)
	node tests/bench/bench.mjs $(BENCH_ARGS)
# The same with ten million people, and without what does not depend on how many there are.
.PHONY: bench-10m
bench-10m: all test-deps $(BENCH)
	node tests/bench/bench.mjs --people 10000000 --lean $(BENCH_ARGS)

# libFuzzer on what strangers can send, and on what operators and admins set: FUZZ_S seconds each. What
# a long run found is kept by tests/fuzz/keep.sh build/fuzz/fuzz_NAME.
FUZZ   := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_S ?= 16
# What is looked for in there is built for it; what else is called is taken from the unit tests.
FUZZ_C  := src/web/guard_parse.c src/web/guard_head.c $(call rooms_of,base crypto) \
           $(BUILD)/gen/passwords.c $(BUILD)/gen/texts.c src/view/slot.c \
           $(patsubst %,src/service/%.c,contact_doc feedback fields pause settings topic_key)
FUZZ_CC := clang -std=c11 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined \
           -fno-sanitize-recover=undefined -Isrc -Itests -I$(BUILD)/gen
FUZZ_O  := $(patsubst %.c,$(BUILD)/fuzz/obj/%.o,$(FUZZ_C))
$(BUILD)/fuzz/obj/%.o: %.c $(wildcard src/base/*.h src/crypto/*.h src/service/*.h src/web/guard_parse.h src/web/guard_head.h)
	@mkdir -p $(@D)
	$(call said,clang)
	$(Q)$(FUZZ_CC) -c -o $@ $<
$(FUZZ_O): | $(GENERATED)
$(BUILD)/fuzz/all.a: $(FUZZ_O)
	@rm -f $@
	$(Q)ar rcs $@ $^
$(BUILD)/fuzz/fuzz_template: $(STATES_O)
$(BUILD)/fuzz/%: tests/fuzz/%.c $(BUILD)/fuzz/all.a $(BUILD)/unit/all.a
	$(call said,clang)
	$(Q)$(FUZZ_CC) -o $@ $< $(filter %.o,$^) $(BUILD)/fuzz/all.a $(BUILD)/unit/all.a $(LIBS)
.PHONY: fuzz fuzzers
fuzzers:
	+@$(BUILT) $(FUZZ)
fuzz: fuzzers
	@printf '%s\n' $(FUZZ) | FUZZ_S=$(FUZZ_S) xargs -P $(PROCS) -n 1 sh tests/fuzz/run.sh

# The same over HTTP: Kore, built anew from Debian's source of it, and our application, both under
# AddressSanitizer (ours under UBSan too; Kore's packed structs are not for that). What they find
# stands in build/san/report.*.
$(BUILD)/kore/kore:
	@mkdir -p $(@D)
	@$(MAKE) -C $(KORE) objects OBJDIR=$(abspath $(@D)) TASKS=1 SANITIZE=address CC='$(CC)' >$(@D)/log 2>&1 || \
	  { tail -n 20 $(@D)/log; exit 1; }
	@$(CC) -fsanitize=$(SAN) $(@D)/*.o $$(cat $(@D)/ldflags) -o $@
.PHONY: san-server san-http
san-server:
	@$(MAKE) --no-print-directory SAN=address,undefined \
	  KORE_FLAGS='-DKORE_USE_TASKS -isystem /usr/include/kore' \
	  build/san/kore/kore build/san/assent build/san/assent.so
san-http: san-server all tests/node_modules/.package-lock.json
	@rm -f build/san/report.*
	PATH="$$PWD/build/san/kore:$$PATH" ASSENT_BUILD=build/san \
	  ASAN_OPTIONS=detect_leaks=0:log_path=$$PWD/build/san/report \
	  UBSAN_OPTIONS=print_stacktrace=1:log_path=$$PWD/build/san/report \
	  $(NODE_TEST) $(SAN_HTTP)
	@if ls build/san/report.* >/dev/null 2>&1; then cat build/san/report.*; exit 1; fi
SAN_HTTP ?= $(sort $(wildcard tests/http/*.test.mjs))
