// `banyan-log`: one process, one file, the event log of a machine over HTTP. See docs/reference/event-log.md.
#pragma once
#include "extracted_services/service/program.hpp"

namespace banyan::event_log {

service::Definition definition();

}  // namespace banyan::event_log
