# The programs of tests/recovery, one function each: what to install and how to configure. Sourced by run.sh.
# Each sets: package, depends, options, and whether its folders are the truth of tests/truth/NAME.json.

program_leveldb() {
  package=leveldb depends= folders=truth
  options="-DLEVELDB_BUILD_TESTS=OFF -DLEVELDB_BUILD_BENCHMARKS=OFF"
}

program_poco() {
  package=poco folders=truth depends="libssl-dev libsqlite3-dev libexpat1-dev libpcre2-dev zlib1g-dev"
  options="-DENABLE_TESTS=OFF -DENABLE_DATA_MYSQL=OFF -DENABLE_DATA_POSTGRESQL=OFF -DENABLE_DATA_ODBC=OFF"
}

program_snapcast() {
  package=snapcast folders=truth
  depends="libasound2-dev libvorbis-dev libflac-dev libavahi-client-dev libopus-dev libexpat1-dev libsoxr-dev libpulse-dev"
  options="-DBUILD_TESTS=OFF -DREVISION=debian"
}

program_box2d() {
  package=box2d depends= folders=other
  options="-DBOX2D_BUILD_TESTBED=OFF -DBOX2D_BUILD_UNIT_TESTS=OFF"
}

program_abseil() {
  package=abseil depends= folders=truth
  options="-DCMAKE_CXX_STANDARD=17 -DABSL_PROPAGATE_CXX_STD=ON -DBUILD_TESTING=OFF"
}

program_taglib() {
  package=taglib folders=truth depends="zlib1g-dev libutfcpp-dev"
  options="-DBUILD_TESTING=OFF"
}

all_programs="leveldb poco snapcast box2d abseil taglib"
