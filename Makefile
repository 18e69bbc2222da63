# Assent's one build file. The two commands of the README are `make run` and `make test`.
#
#   make            build/assent (the command) and build/assent.so (the Kore application)
#   make run        install what is missing, build, fill with sample people, serve
#   make test       install what tests need, run them all
#   make lint       clang-format, clang-tidy, cppcheck, rooms
#   make films      record the films of Help anew
#   make install    as a service: the program in PREFIX (/usr), settings in /etc/assent
#   make bench      measure, as ratios to bare limits of the same run
#   make san-http   the tests over HTTP, Kore too, under AddressSanitizer and UBSan
#   make valgrind   the unit tests under valgrind
#   make tsan       the list in memory, searches and the writer, under ThreadSanitizer
#   make bench-10m  the same with ten million people
#   SAN=address,undefined   a sanitized build, in a folder of its own

BUILD := build$(if $(SAN),/san)
CC    := gcc
KORE  := /usr/share/kore
# What is built or tested takes every processor, unless -j says how many.
PROCS := $(shell nproc)
JOBS   = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(PROCS))
BUILT  = $(MAKE) --no-print-directory $(JOBS)

WARN   := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
          -Wformat=2 -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings -Wno-unused-parameter
CFLAGS += -std=c11 -D_GNU_SOURCE -O2 -g -fPIC -fvisibility=hidden -fstack-protector-strong \
          -Isrc -I$(BUILD)/gen $(WARN)
ifneq ($(SAN),)
# -w: the checks that are put in make gcc warn of what isn't there; the plain build has the say.
# -O1 is built much sooner, and leaves more of what they watch in place.
CFLAGS  += -O1 -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=undefined -w
LDFLAGS += -fsanitize=$(SAN)
endif
# V=1 shows the commands.
Q    := $(if $(V),,@)
said = $(if $(V),,@printf '  %-5s %s\n' $(1) $@)

LIBS := -lsodium -lsqlite3 -lcsv -ljansson -lyajl -lidn2 -lunistring -lpng16 -lexpat -loath -lqrencode -lpthread -lm

# Kore's own flags change its struct layouts: without them our objects don't fit the program.
KORE_FLAGS = $(shell cat $(KORE)/features 2>/dev/null) -isystem /usr/include/kore

rooms_of = $(foreach room,$(1),$(wildcard src/$(room)/*.c))
GEN    := statements.c texts.c pages.c templates.c assets.c passwords.c
CORE   := $(call rooms_of,base crypto store service)
APP    := $(call rooms_of,view web)
CLI    := $(call rooms_of,cli)
POST   := $(call rooms_of,post)
object = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
CORE_O := $(call object,$(CORE)) $(BUILD)/obj/gen/statements.o $(BUILD)/obj/gen/passwords.o \
          $(BUILD)/obj/gen/texts.o $(BUILD)/obj/gen/pages.o
APP_O  := $(call object,$(APP)) $(BUILD)/obj/gen/templates.o $(BUILD)/obj/gen/assets.o
CLI_O  := $(call object,$(CLI))
POST_O := $(call object,$(POST))
VIEW_O := $(call object,$(call rooms_of,view)) $(BUILD)/obj/gen/templates.o $(BUILD)/obj/gen/assets.o

.PHONY: all run test lint rooms bench clean deps test-deps
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

all: deps
	+@$(BUILT) $(BUILD)/assent $(BUILD)/assent.so

run: deps
	+@$(BUILT) -s $(BUILD)/assent $(BUILD)/assent.so
	@PORT='$(PORT)' DATA='$(DATA)' TLS='$(TLS)' sh conf/run.sh $(BUILD)/assent

# What goes out (mail, hooks) goes by libcurl, and from the command alone.
$(BUILD)/assent: $(CORE_O) $(VIEW_O) $(POST_O) $(CLI_O)
	$(call said,link)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lcurl

$(BUILD)/assent.so: $(CORE_O) $(APP_O)
	$(call said,link)
	$(Q)$(CC) $(LDFLAGS) -shared -Wl,-z,defs -Wl,--unresolved-symbols=ignore-all -o $@ $^ $(LIBS)

$(BUILD)/obj/src/web/%.o: CFLAGS += $(KORE_FLAGS)
$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call said,cc)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c
	@mkdir -p $(@D)
	$(call said,cc)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# Generated before anything compiles, since the headers are included from src/.
GENERATED := $(BUILD)/gen/statements.h $(BUILD)/gen/texts.h $(BUILD)/gen/pages.h \
             $(BUILD)/gen/templates.h $(BUILD)/gen/assets.h
$(CORE_O) $(APP_O) $(POST_O) $(CLI_O): | $(GENERATED)

$(BUILD)/gen/statements.c $(BUILD)/gen/statements.h &: sql/compile.awk $(wildcard sql/sqlite/*.sql)
	@mkdir -p $(BUILD)/gen
	$(call said,gen)
	$(Q)awk -v out=$(BUILD)/gen/statements -f sql/compile.awk $(sort $(wildcard sql/sqlite/*.sql))
# English first: it says which texts there are.
LOCALES := assets/locale/en.txt assets/locale/en.admin.txt
LOCALES += $(filter-out $(LOCALES),$(sort $(wildcard assets/locale/*.txt)))
$(BUILD)/gen/texts.c $(BUILD)/gen/texts.h $(BUILD)/gen/texts.args &: assets/texts.awk $(LOCALES)
	@mkdir -p $(BUILD)/gen
	$(call said,gen)
	$(Q)awk -v out=$(BUILD)/gen/texts -f assets/texts.awk $(LOCALES)
$(BUILD)/gen/templates.c $(BUILD)/gen/templates.h &: assets/compile.awk $(BUILD)/gen/texts.args $(wildcard assets/*.html)
	@mkdir -p $(BUILD)/gen
	$(call said,gen)
	$(Q)awk -v out=$(BUILD)/gen/templates -v texts=$(BUILD)/gen/texts.args -f assets/compile.awk $(sort $(wildcard assets/*.html))
$(BUILD)/gen/pages.c $(BUILD)/gen/pages.h &: assets/pages.awk assets/pages.txt $(BUILD)/gen/texts.args $(wildcard assets/*.html)
	@mkdir -p $(BUILD)/gen
	$(call said,gen)
	$(Q)awk -v out=$(BUILD)/gen/pages -v texts=$(BUILD)/gen/texts.args -f assets/pages.awk assets/pages.txt $(sort $(wildcard assets/*.html))
ASSETS := $(sort $(wildcard assets/*.css assets/*.js assets/*.json assets/*.svg)) \
          $(sort $(filter-out %/screens.txt,$(wildcard assets/films/*.*)))
$(BUILD)/gen/assets.c $(BUILD)/gen/assets.h &: assets/embed.sh $(ASSETS)
	@mkdir -p $(BUILD)/gen
	$(call said,gen)
	$(Q)sh assets/embed.sh $(BUILD)/gen/assets $(ASSETS)
$(BUILD)/gen/passwords.c: assets/common-passwords.txt
	@mkdir -p $(BUILD)/gen
	$(Q)awk 'BEGIN { print "extern const char *const common_passwords[];\nconst char *const common_passwords[] = {" } \
	  !/^#/ && NF { gsub(/[\\"]/, "\\\\&"); print "\"" $$0 "\"," } END { print "0};" }' $< > $@

-include $(wildcard $(BUILD)/obj/*.d $(BUILD)/obj/*/*.d $(BUILD)/obj/*/*/*.d)

rooms:
	@sh tests/lint/rooms.sh

clean:
	rm -rf build

include conf/deps.mk
include conf/install.mk
include tests/tests.mk
