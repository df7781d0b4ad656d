#include "extracted_services/bank/bank.hpp"

int main(int argc, char** argv) {
  return banyan::service::run_program(banyan::bank::definition(), argc, argv);
}
