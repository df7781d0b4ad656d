#include "tests/support/test_pch.hpp"
