/*
 * cli/doctor: the doctor's checks of the machine around the database.
 */
#ifndef ASSENT_CLI_DOCTOR_H
#define ASSENT_CLI_DOCTOR_H

#include "service/doctor.h"

/* data_folder, keys_folder, settings, disk, clock, leftovers: what lies in files. */
void doctor_folder(struct doctor *doctor, const char *conf_path);

/* versions, server, courier, public_url, proxies, certificate, smtp: what runs, and how it is
 * reached. smtp connects to the mail server that the settings name, and to nothing else. */
void doctor_site(struct doctor *doctor);

#endif
