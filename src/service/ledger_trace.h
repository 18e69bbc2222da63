/*
 * service/ledger_trace: how a ledger came to be as it is where its chain breaks first: looks at
 * what stands around the break and tries what would explain it. For service/ledger_verify.
 */
#ifndef ASSENT_SERVICE_LEDGER_TRACE_H
#define ASSENT_SERVICE_LEDGER_TRACE_H

#include "service/ledger_report.h"
#include "store/store.h"

/* broken: the first entry that does not follow, as LEDGER_ALTERED. Makes something else of it where
 * that explains it. Reads the hashes of the whole ledger once, at most. */
enum status ledger_trace(struct store *store, struct position head,
                         struct ledger_finding *broken) MUST_CHECK;

#endif
