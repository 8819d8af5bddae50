/* The words of every setting whose kind is choice. */
#include "setting.h"

const setting_choice_word setting_precision_words[] = { { "float", PRECISION_FLOAT }, { "bf16", PRECISION_BF16 }, { NULL, 0 } };
