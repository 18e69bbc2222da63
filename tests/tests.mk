# Tests, lint and bench. Included by the Makefile.
TEST_DEPS := libcmocka-dev clang clang-format clang-tidy cppcheck libclang-rt-14-dev nodejs npm \
             chromium wrk jq

test-deps: deps
	@sh conf/install.sh $(TEST_DEPS)

# One cmocka program a module: tests/unit/test_NAME.c, linked with everything that needs no Kore.
UNIT   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
UNIT_H := $(BUILD)/obj/tests/unit/support.o
$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(wildcard tests/unit/support.c) $(CORE_O) $(VIEW_O)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(if $(wildcard tests/unit/support.c),$(UNIT_H)) $(LIBS) -lcmocka
$(UNIT): $(if $(wildcard tests/unit/support.c),$(UNIT_H))
$(BUILD)/obj/tests/%.o: CFLAGS += -Itests -Wno-missing-prototypes | $(GENERATED)

.PHONY: unit
unit: $(UNIT)
	@failed=0; for t in $(UNIT); do $$t || failed=1; done; exit $$failed
