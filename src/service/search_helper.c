/*
 * service/search_helper: see the header.
 */
#include "service/search_helper.h"

#include "store/directory_helper.h"

enum status search_helper_start(struct directory_helper **out)
{
    return directory_helper_start(out);
}

void search_helper_lend(struct service *service, struct directory_helper *helper)
{
    store_use_helper(service->store, helper);
}

bool search_helper_is_alive(const struct directory_helper *helper)
{
    return directory_helper_is_alive(helper);
}

void search_helper_stop(struct directory_helper *helper)
{
    directory_helper_stop(helper);
}
