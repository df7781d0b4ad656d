// What a participant's HTTP answer means for a saga. Pure; any thread.
//
//   200, 201, 204                         done
//   202                                   pending: ask again with the same request
//   408, 425, 429, 5xx, any with Retry-After   failed: try again
//   other 4xx                             refused: a definite no
//   no answer                             failed: nobody knows
#pragma once
#include "extracted_services/client/answer.hpp"
#include "extracted_services/saga/state.hpp"

namespace banyan::saga {

Verdict verdict(const client::Result& result);

}  // namespace banyan::saga
