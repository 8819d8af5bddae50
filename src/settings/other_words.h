/* The field's other words for settings: learning_rate, batch_size, weight_decay, ... */
#ifndef STRATA_SETTINGS_OTHER_WORDS_H
#define STRATA_SETTINGS_OTHER_WORDS_H

/* What such a word means here: "it is eta_max here, ..." for learning_rate, learning-rate and LearningRate. NULL when it is not known. */
const char *setting_other_word(const char *word);

#endif
