#include "extracted_services/payments/payments.hpp"

int main(int argc, char** argv) {
  return banyan::service::run_program(banyan::payments::definition(), argc, argv);
}
