// Mail between hosts, over a real Redis: the contract.
#include "share/redis_mail.h"

#include "cluster_member.h"
#include "mail_contract.h"
#include "redis_server.h"

namespace {

class Bench final : public MailBench {
 public:
  std::size_t join() override {
    members_.push_back(std::make_unique<Member>(redis_.settings(), loop_, members_.size() + 1));
    Member& member = *members_.back();
    until([&] { return member.heard.has_way; }, "the way to Redis");
    return members_.size() - 1;
  }
  // Redis knows it too, as it soon does of a process.
  void end(std::size_t member) override {
    const std::size_t before = channels();
    members_[member]->cluster.reset();
    until([&] { return channels() < before; }, "Redis to know");
  }
  chat::MemberId id(std::size_t member) const override { return members_[member]->id; }
  chat::Mail& mail(std::size_t member) override { return members_[member]->cluster->mail(); }
  MailHeard& heard(std::size_t member) override { return members_[member]->heard; }
  void until(const std::function<bool()>& condition, const char* what) override {
    loop_.until(condition, what);
  }

 private:
  using Member = ClusterMember<MailHeard>;

  std::size_t channels() {
    return static_cast<std::size_t>(redis_.count({"PUBSUB", "CHANNELS", "chatsj:mail:*"}));
  }

  RedisServer redis_;
  PollLoop loop_;
  std::vector<std::unique_ptr<Member>> members_;
};

std::unique_ptr<MailBench> make_bench() {
  return std::make_unique<Bench>();
}

}  // namespace

int main() {
  const std::vector<CMUnitTest> tests = mail_contract::tests<make_bench>();
  return _cmocka_run_group_tests("redis_mail", tests.data(), tests.size(), nullptr, nullptr);
}
