// The request as deciding sees it; the type lives in matching/, which the configuration needs as well.
#pragma once

#include "router/matching/request_view.hpp"

namespace banyan::routing {

using matching::HeaderSlice;
using matching::RequestView;
using matching::split_target;

}  // namespace banyan::routing
