#include "logic/console/figures.hpp"

#include <gtest/gtest.h>

#include "logic/console/admin_door.hpp"

namespace im::logic {
namespace {

TEST(Figures, SeriesOfAMetricAreSummedAndOthersLeftOut) {
  const auto figures = figures_in(
      "# HELP im_job_lag_records Records\n# TYPE im_job_lag_records gauge\n"
      "im_job_lag_records{partition=\"1\"} 3\nim_job_lag_records{partition=\"2\"} 4.5\n"
      "im_job_lag_records_other 100\nim_unknown 9\nim_comet_connections 12\nbroken\nim_router_users");
  EXPECT_EQ(figures.at("lag").as_double(), 7.5);
  EXPECT_EQ(figures.at("connections").as_double(), 12);
  EXPECT_EQ(figures.size(), 2U);
  EXPECT_TRUE(figures_in("").empty());
}

TEST(SessionToken, IsTheFirstOfItsName) {
  const auto of = [](const std::string& cookies) {
    HttpRequest request;
    request.headers.emplace_back("cookie", cookies);
    return session_token(request);
  };
  EXPECT_EQ(of("im_admin=a"), "a");
  EXPECT_EQ(of("x=1; im_admin=a; im_admin=b"), "a");
  EXPECT_EQ(of("not_im_admin=a"), "");
  EXPECT_EQ(of("im_admin="), "");
  EXPECT_EQ(of(";;; ;"), "");
  EXPECT_EQ(session_token(HttpRequest{}), "");
}

}  // namespace
}  // namespace im::logic
