/*
 * tests/bench/search: how long searches in memory take, alone and with a helper, over made-up
 * people of several scripts, and how many addresses are looked up in a second. Not part of `make
 * bench`, which measures the whole; for work on src/store/directory_search*.
 *
 * Use: search PEOPLE [ROUNDS [TERM]]
 */
#include <inttypes.h>
#include <pthread.h>
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
    map_use_topics(map, 0x1e);
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

/* What a page may ask for beside the term. */
struct asking {
    const char *name;
    uint32_t facets, by_clock;
    enum directory_sort sort;
    bool is_down;
    bool is_deep; /* from the middle of the order on */
};

static uint32_t facets_of(int type, int status)
{
    uint32_t facets = 0;
    for (int facet = 0; facet < FACET_COUNT; facet++)
        facets |= (uint32_t)((type < 0 || FACET_TYPE(facet) == type) &&
                             (status < 0 || FACET_STATUS(facet) == status))
                  << facet;
    return facets;
}

/* As directory.c has it of who is opted in, with a choice, and no pause that runs. */
static uint32_t subscribed(uint32_t *by_clock)
{
    uint32_t facets = 0;
    for (int facet = 0; facet < FACET_COUNT; facet++)
        if (FACET_STATUS(facet) == CONTACT_OPTED_IN && FACET_HAS_ON(facet)) {
            facets |= UINT32_C(1) << facet;
            *by_clock |= (uint32_t)FACET_PAUSED(facet) << facet;
        }
    return facets;
}

static struct directory_key middle(enum directory_sort sort)
{
    struct directory_key key = {.text = "m", .len = 1, .id = 1};
    if (sort == DIRECTORY_BY_UPDATED)
        key = (struct directory_key){.text = "", .number = NOW_S + 500000, .id = 1};
    else if (sort == DIRECTORY_BY_TYPE || sort == DIRECTORY_BY_STATUS)
        key.number = 1;
    return key;
}

static int64_t ask(const struct directory_map *map, struct directory_helper *helper,
                   struct arena *arena, const char *term, const struct asking *asking)
{
    static atomic_uint interrupts;
    const struct directory_selection selection = {
        .facets = asking->facets, .by_clock = asking->by_clock, .now_s = NOW_S};
    const struct directory_order order = {.sort = asking->sort,
                                          .is_down = asking->is_down,
                                          .has_place = asking->is_deep,
                                          .place = middle(asking->sort)};
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

struct bench {
    struct directory_map *map;
    struct directory_helper *helper;
    struct arena *arena;
    double *times;
    size_t rounds;
};

static void measure(struct bench *bench, const char *term, const struct asking *asking)
{
    int64_t matches = 0;
    printf("%-22s %-34s", term, asking->name);
    for (int threads = 1; threads <= 2; threads++) {
        double least = 1e9;
        for (size_t n = 0; n < bench->rounds; n++) {
            const int64_t start = clock_monotonic_ns();
            const double began = cpu_ms();
            arena_reset(bench->arena);
            matches =
                ask(bench->map, threads == 2 ? bench->helper : NULL, bench->arena, term, asking);
            bench->times[n] = (double)(clock_monotonic_ns() - start) / 1e6;
            const double used = cpu_ms() - began;
            least = used < least ? used : least;
        }
        qsort(bench->times, bench->rounds, sizeof *bench->times, by_time);
        if (threads == 1)
            printf(" %9" PRId64 " %7.2f", matches, least);
        printf("  %7.2f %7.2f", bench->times[bench->rounds / 2],
               bench->times[bench->rounds * 99 / 100]);
    }
    printf("\n");
}

static void search_all(struct bench *bench, const char *only)
{
    static const char *const terms[] = {"e",
                                        "q",
                                        "ж",
                                        "an",
                                        "qj",
                                        "ов",
                                        "mar",
                                        "gma",
                                        "xen",
                                        "zxw",
                                        "smith",
                                        "иван",
                                        "田中",
                                        "gmail.com",
                                        "kerdor.info4",
                                        "noor o'neill",
                                        "wesosttor",
                                        "sanfelche.sanfelche7",
                                        "john smith",
                                        "nobody at all"};
    static const char *const combined[] = {"e", "an", "gma", "john smith"};
    uint32_t by_clock = 0;
    const uint32_t all = facets_of(-1, -1), are_subscribed = subscribed(&by_clock);
    const struct asking plain[] = {{"by name", all, 0, DIRECTORY_BY_NAME, false, false},
                                   {"by updated, down", all, 0, DIRECTORY_BY_UPDATED, true, false}};
    const uint32_t partners = facets_of(TYPE_PARTNER, -1);
    const uint32_t partners_out = facets_of(TYPE_PARTNER, CONTACT_OPTED_OUT);
    const struct asking asked[] = {
        {"deep, by name", all, 0, DIRECTORY_BY_NAME, false, true},
        {"deep, by address, down", all, 0, DIRECTORY_BY_EMAIL, true, true},
        {"deep, by updated, down", all, 0, DIRECTORY_BY_UPDATED, true, true},
        {"by type", all, 0, DIRECTORY_BY_TYPE, false, false},
        {"deep, by status", all, 0, DIRECTORY_BY_STATUS, false, true},
        {"partners, by address", partners, 0, DIRECTORY_BY_EMAIL, false, false},
        {"partners out, by updated, down", partners_out, 0, DIRECTORY_BY_UPDATED, true, false},
        {"partners out, deep, by updated", partners_out, 0, DIRECTORY_BY_UPDATED, false, true},
        {"subscribed, by name", are_subscribed, by_clock, DIRECTORY_BY_NAME, false, false},
        {"subscribed, deep, by updated, down", are_subscribed, by_clock, DIRECTORY_BY_UPDATED, true,
         true},
    };
    printf("%-22s %-34s %9s %7s  %15s  %15s\n", "term", "", "matches", "CPU ms", "alone: med p99",
           "two: med p99 ms");
    for (size_t i = 0; i < COUNT(terms); i++)
        for (size_t n = 0; n < COUNT(plain); n++)
            if (only == NULL || strcmp(only, terms[i]) == 0)
                measure(bench, terms[i], &plain[n]);
    for (size_t i = 0; i < COUNT(combined); i++)
        for (size_t n = 0; n < COUNT(asked); n++)
            if (only == NULL || strcmp(only, combined[i]) == 0)
                measure(bench, combined[i], &asked[n]);
}

/* Check in process: addresses of people in any order, and of nobody among them, as a call brings
 * them: end to end. */
#define ASKS       100000
#define ASK_ROOM   200
#define ASK_ROUNDS 20

struct checking {
    const struct directory_map *map;
    char *keys;
    struct directory_ask *asks;
    size_t found;
    double cpu_ms;
};

static struct checking checking_of(const struct directory_map *map)
{
    struct checking checking = {.map = map,
                                .keys = malloc((size_t)ASKS * ASK_ROOM),
                                .asks = calloc(ASKS, sizeof *checking.asks)};
    const uint64_t rows = atomic_load(&map->head->rows_end);
    char *key = checking.keys;
    if (checking.keys == NULL || checking.asks == NULL)
        exit(1);
    for (size_t i = 0; i < ASKS; i++) {
        const struct map_text *text = map_text_of(map, 1 + (int64_t)(random64() % (rows - 1)));
        const size_t nobody = i % 10 == 0;
        const char *email = map_text_email(text);
        const size_t len = strlen(email);
        memcpy(key, email, len);
        checking.asks[i] = (struct directory_ask){.key = key, .len = len - nobody};
        key += len;
    }
    return checking;
}

static void *check(void *context)
{
    struct checking *checking = context;
    const double began = cpu_ms();
    for (size_t n = 0; n < ASK_ROUNDS; n++)
        directory_map_find(checking->map, checking->asks, ASKS);
    checking->cpu_ms = cpu_ms() - began;
    for (size_t i = 0; i < ASKS; i++)
        checking->found += checking->asks[i].status == STATUS_OK;
    return NULL;
}

static void check_all(const struct directory_map *map)
{
    struct checking two[2] = {checking_of(map), checking_of(map)};
    pthread_t beside;
    const int64_t start = clock_monotonic_ns();
    if (pthread_create(&beside, NULL, check, &two[1]) != 0)
        exit(1);
    check(&two[0]);
    pthread_join(beside, NULL);
    const double asked = 2.0 * ASKS * ASK_ROUNDS;
    printf("check in process: %.2f M addresses/s by two threads, %.2f M/s of one's processor time; "
           "%.0f %% found\n",
           asked * 1e3 / (double)(clock_monotonic_ns() - start),
           asked / 2e3 / (two[0].cpu_ms < two[1].cpu_ms ? two[0].cpu_ms : two[1].cpu_ms),
           100.0 * (double)(two[0].found + two[1].found) / (2.0 * ASKS));
    for (int i = 0; i < 2; i++) {
        free(two[i].keys);
        free(two[i].asks);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "use: %s PEOPLE [ROUNDS [TERM]]\n", argv[0]);
        return 2;
    }
    struct bench bench = {.rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 100,
                          .map = fill(strtoll(argv[1], NULL, 10)),
                          .arena = arena_new()};
    bench.times = calloc(bench.rounds, sizeof *bench.times);
    if (bench.times == NULL || directory_helper_start(&bench.helper) != STATUS_OK)
        return 1;
    check_all(bench.map);
    search_all(&bench, argc > 3 ? argv[3] : NULL);
    directory_helper_stop(bench.helper);
    directory_map_free(bench.map);
    arena_free(bench.arena);
    free(bench.times);
    return 0;
}
