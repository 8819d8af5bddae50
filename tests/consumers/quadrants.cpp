/*
 * A program in C++ that uses the library: it trains on points of a plane, whose class is whether both coordinates have one sign, and prints the
 * test accuracy. Handles are freed by unique_ptr, failures become exceptions.
 */
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <strata.h>

namespace {

template <auto free_handle> struct freed {
    template <typename T> void operator()(T *handle) const { free_handle(handle); }
};
using config_handle = std::unique_ptr<strata_config, freed<strata_config_free>>;
using data_handle = std::unique_ptr<strata_data, freed<strata_data_free>>;
using run_handle = std::unique_ptr<strata_run, freed<strata_run_free>>;

void check(strata_status status)
{
    if (status != STRATA_OK) throw std::runtime_error(strata_error());
}

data_handle quadrants(int side)
{
    std::vector<float> point;
    std::vector<uint16_t> same;
    for (int i = 0; i < side; i++) {
        for (int j = 0; j < side; j++) {
            float x = 2 * (static_cast<float>(i) + 0.5F) / static_cast<float>(side) - 1, y = 2 * (static_cast<float>(j) + 0.5F) / static_cast<float>(side) - 1;
            point.insert(point.end(), { x, y });
            same.push_back((x > 0) == (y > 0));
        }
    }
    strata_arrays arrays = {};
    arrays.size = sizeof arrays;
    arrays.form.element = STRATA_FLOATS;
    arrays.form.features = 2;
    arrays.form.classes = 2;
    arrays.train = static_cast<uint32_t>(same.size());
    arrays.examples = point.data();
    arrays.labels = same.data();
    arrays.test_share = 0.25;
    strata_data *data = nullptr;
    check(strata_data_from_arrays(&arrays, &data));
    return data_handle(data);
}

double accuracy()
{
    strata_config *made = nullptr;
    check(strata_config_new(&made));
    config_handle config(made);
    const char *settings[][2] = { { "hidden", "[20]" }, { "n_batch", "20" }, { "n_s", "100" }, { "cycles", "1" }, { "lambda", "0" } };
    for (auto &setting : settings) check(strata_config_set(config.get(), setting[0], setting[1]));
    data_handle data = quadrants(32);
    const strata_config *member = config.get();
    strata_run *run = nullptr;
    check(strata_train(1, &member, data.get(), 1, nullptr, &run));
    run_handle trained(run);
    check(strata_run_facts(run)->outcome);
    return strata_run_facts(run)->test.accuracy;
}

} // namespace

int main()
{
    try {
        std::printf("strata %s, test accuracy %.3f\n", strata_version(), accuracy());
    } catch (const std::exception &failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
