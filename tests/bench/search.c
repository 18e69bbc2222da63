/*
 * tests/bench/search: how long searches in memory take, alone and with a helper, over made-up
 * people of several scripts. Not part of `make bench`, which measures the whole; for work on
 * src/store/directory_search*.
 *
 * Use: search PEOPLE [ROUNDS]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "store/directory_search.h"
#include "store/directory_search_groups.h"

#define NOW_S 1700000000

static uint64_t seed = 42;
static uint64_t random64(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

#define COUNT(list) (sizeof(list) / sizeof *(list))
static const char *any(const char *const *list, size_t count)
{
    return list[random64() % count * (random64() % 256 + 1) / 256];
}
#define ANY(list) any(list, COUNT(list))

static const char *const latin[] = {
    "anna",   "bela",   "carla",  "dana",   "emil",   "farah",   "gustav", "hana",  "ines",
    "john",   "karin",  "lena",   "maria",  "noor",   "olaf",    "priya",  "quinn", "rosa",
    "stefan", "thomas", "ursula", "viktor", "walter", "xenia",   "yusuf",  "zofia", "josé",
    "rené",   "jürgen", "søren",  "łukasz", "çağla",  "michael", "david",  "sarah", "peter"};
static const char *const family[] = {
    "smith",   "garcía",   "okafor",   "novák",  "johnson", "khan",    "silva",  "müller", "rossi",
    "dubois",  "hansen",   "kowalski", "nguyen", "popescu", "schmidt", "jensen", "yılmaz", "brown",
    "janssen", "de vries", "o'neill",  "martin", "weber",   "lopez",   "wilson", "moreau", "costa"};
static const char *const syllables[] = {"ba",  "ker", "mo",  "lin",  "sta",  "dor", "fel", "gri",
                                        "han", "jo",  "kru", "lam",  "mer",  "nov", "pol", "ri",
                                        "san", "tor", "ul",  "vin",  "wes",  "zan", "che", "ost",
                                        "ek",  "ard", "sen", "berg", "mann", "ova", "ski", "etti"};
static const char *const cyrillic[] = {
    "иван",    "мария",     "ольга", "сергей",  "анна",    "дмитрий", "иванов", "петрова",
    "смирнов", "кузнецова", "попов", "соколов", "лебедев", "новиков", "мороз",  "шевченко"};
static const char *const greek[] = {"γιωργος",      "μαρια",    "ελενη",     "νικος",
                                    "παπαδοπουλος", "γεωργιου", "δημητριου", "ιωαννου"};
static const char *const arabic[] = {"محمد", "فاطمة", "علي",     "أحمد", "حسن",
                                     "مريم", "خالد",  "إبراهيم", "يوسف", "عبد الله"};
static const char *const hebrew[] = {"דוד", "שרה", "כהן", "לוי", "יוסף", "רחל", "מזרחי", "פרץ"};
static const char *const han[] = {"王",   "李",   "张",   "刘",   "陈",   "杨",   "黄",   "伟",
                                  "芳",   "娜",   "秀英", "敏",   "静",   "丽",   "强",   "磊",
                                  "佐藤", "鈴木", "高橋", "田中", "健一", "美咲", "翔太", "陽菜"};
static const char *const hosts[] = {"gmail.com",   "gmail.com",  "outlook.com", "yahoo.com",
                                    "hotmail.com", "icloud.com", "web.de",      "orange.fr",
                                    "example.com", "mail.ru",    "163.com",     "gmx.net"};

static int made_up(char *out, size_t room)
{
    const char *a = ANY(syllables), *b = ANY(syllables), *c = random64() % 2 ? ANY(syllables) : "";
    return snprintf(out, room, "%s%s%s", a, b, c);
}

struct made {
    char name[128], email[160];
};

static void make_person(struct made *made, int64_t id)
{
    char last[32], host[48];
    const unsigned script = (unsigned)(random64() % 20);
    const char *given = ANY(latin);
    if (random64() % 2)
        snprintf(last, sizeof last, "%s", ANY(family));
    else
        made_up(last, sizeof last);
    if (script == 0)
        snprintf(made->name, sizeof made->name, "%s %s", ANY(cyrillic), ANY(cyrillic));
    else if (script == 1)
        snprintf(made->name, sizeof made->name, "%s %s", ANY(greek), ANY(greek));
    else if (script == 2)
        snprintf(made->name, sizeof made->name, "%s %s", ANY(arabic), ANY(arabic));
    else if (script == 3)
        snprintf(made->name, sizeof made->name, "%s %s", ANY(hebrew), ANY(hebrew));
    else if (script == 4)
        snprintf(made->name, sizeof made->name, "%s%s", ANY(han), ANY(han));
    else
        snprintf(made->name, sizeof made->name, "%s %s", given, last);
    if (random64() % 5 < 3)
        snprintf(host, sizeof host, "%s", ANY(hosts));
    else {
        const int len = made_up(host, sizeof host);
        snprintf(host + len, sizeof host - (size_t)len, "%s", random64() % 2 ? ".com" : ".example");
    }
    char plain[32];
    made_up(plain, sizeof plain);
    snprintf(made->email, sizeof made->email, "%s.%s%" PRId64 "@%s", plain,
             random64() % 2 ? plain : "info", id % 100000 * 7 % 100000, host);
}

static struct directory_map *fill(int64_t people)
{
    struct directory_map *map = NULL;
    struct made made;
    if (directory_map_new(&map) != STATUS_OK)
        exit(1);
    map_clear(map, people);
    const int64_t start = clock_monotonic_ns();
    int64_t making = 0;
    for (int64_t id = 1; id <= people; id++) {
        const int64_t began = clock_monotonic_ns();
        make_person(&made, id);
        making += clock_monotonic_ns() - began;
        const bool is_in = random64() % 5 != 0;
        struct map_values values = {.row = {.id.value = id,
                                            .type = (enum contact_type)(random64() % TYPE_COUNT),
                                            .status = is_in ? CONTACT_OPTED_IN : CONTACT_OPTED_OUT,
                                            .choices = is_in ? random64() & 0x1e : 0,
                                            .paused_until = random64() % 100 == 0 ? NOW_S + 500 : 0,
                                            .updated_at = NOW_S + (int64_t)(random64() % 1000000),
                                            .head.value = id},
                                    .name_key = made.name,
                                    .name_len = strlen(made.name),
                                    .email_key = made.email,
                                    .email_len = strlen(made.email)};
        if (map_row_put(map, &values) != STATUS_OK)
            exit(1);
    }
    struct directory_map_size size;
    directory_map_measure(map, &size);
    printf("%" PRId64 " people, filled in %.1f s (made up in %.1f s): rows %" PRId64
           " MB, texts %" PRId64 " MB, groups %" PRId64 " MB, slots %" PRId64 " MB\n",
           people, (double)(clock_monotonic_ns() - start) / 1e9, (double)making / 1e9,
           size.row_bytes >> 20, size.text_bytes >> 20, size.group_bytes >> 20,
           size.slot_bytes >> 20);
    const uint64_t words = directory_groups_count((uint64_t)size.text_bytes) / 64;
    uint64_t set = 0;
    for (uint64_t word = 0; word < words; word++)
        for (uint32_t column = 0; column < 1U << GRAM_BITS; column++) {
            const struct directory_grams one = {.columns = {column}, .count = 1};
            set += (uint64_t)__builtin_popcountll(directory_groups_holding(map, &one, word));
        }
    printf("bits set: %.1f %%\n",
           words == 0 ? 0 : (double)set * 100 / (double)(words * 64 << GRAM_BITS));
    return map;
}

struct asked {
    const char *term;
    const char *what;
};

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_time(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static int64_t ask(const struct directory_map *map, struct directory_helper *helper,
                   struct arena *arena, const char *term, enum directory_sort sort, bool is_down)
{
    static atomic_uint interrupts;
    const struct directory_selection selection = {.facets = UINT32_MAX, .now_s = NOW_S};
    const struct directory_order order = {.sort = sort, .is_down = is_down};
    const struct directory_search search = {.map = map,
                                            .selection = &selection,
                                            .order = &order,
                                            .term = term,
                                            .limit = 51,
                                            .in_use = 0x1e,
                                            .position.value = INT64_MAX,
                                            .interrupts = &interrupts};
    struct directory_best best;
    struct directory_aside aside = {0};
    if (directory_search_run(&search, arena, helper, &best, &aside) != STATUS_OK)
        exit(1);
    free(aside.ids);
    return best.matches;
}

int main(int argc, char **argv)
{
    static const struct asked terms[] = {
        {"e", "1 letter"},          {"q", "1 letter"},       {"ж", "1 letter"},
        {"an", "2 letters"},        {"qj", "2 letters"},     {"ов", "2 letters"},
        {"mar", "3 letters"},       {"gma", "3 letters"},    {"xen", "3 letters"},
        {"zxw", "3, nobody"},       {"smith", "5 letters"},  {"иван", "4 letters"},
        {"田中", "2 characters"},   {"gmail.com", "common"}, {"kerdor.info4", "rare"},
        {"noor o'neill", "rare"},   {"wesosttor", "rare"},   {"sanfelche.sanfelche7", "rare"},
        {"nobody at all", "nobody"}};
    if (argc < 2) {
        fprintf(stderr, "use: %s PEOPLE [ROUNDS]\n", argv[0]);
        return 2;
    }
    const size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 100;
    struct directory_map *map = fill(strtoll(argv[1], NULL, 10));
    struct directory_helper *helper = NULL;
    struct arena *arena = arena_new();
    double *times = calloc(rounds, sizeof *times);
    if (times == NULL || directory_helper_start(&helper) != STATUS_OK)
        return 1;
    printf("%-22s %10s  %-8s %7s %17s %17s\n", "term", "matches", "by", "CPU ms",
           "alone: med p99 ms", "two: med p99 ms");
    for (size_t i = 0; i < COUNT(terms); i++)
        for (int sort = 0; sort < DIRECTORY_SORT_COUNT; sort += 2) {
            printf("%-22s", terms[i].term);
            for (int threads = 1; threads <= 2; threads++) {
                int64_t matches = 0;
                const double began = cpu_ms();
                for (size_t n = 0; n < rounds; n++) {
                    const int64_t start = clock_monotonic_ns();
                    arena_reset(arena);
                    matches = ask(map, threads == 2 ? helper : NULL, arena, terms[i].term,
                                  (enum directory_sort)sort, sort == DIRECTORY_BY_UPDATED);
                    times[n] = (double)(clock_monotonic_ns() - start) / 1e6;
                }
                qsort(times, rounds, sizeof *times, by_time);
                if (threads == 1)
                    printf(" %10" PRId64 "  %-8s %7.2f", matches, sort == 0 ? "name" : "updated",
                           (cpu_ms() - began) / (double)rounds);
                printf("  %7.2f %7.2f", times[rounds / 2], times[rounds * 99 / 100]);
            }
            printf("  %s\n", terms[i].what);
        }
    directory_helper_stop(helper);
    directory_map_free(map);
    arena_free(arena);
    free(times);
    return 0;
}
