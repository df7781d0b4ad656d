// The command line of banyan-analyze: verbs, options, exit codes.
//
// Exit codes: 0 done, 1 findings (doctor: a check failed), 2 usage, configuration or environment, 3 too
// little of the code parsed, 130 interrupted with what was done saved. Data goes to stdout, talk to stderr.
#pragma once

namespace banyan::cli {

int run(int argc, char** argv);

}  // namespace banyan::cli
