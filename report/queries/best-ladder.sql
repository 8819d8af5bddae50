-- Plain nets and nets with a patch layer on CIFAR-10 from scratch, as others published them, the best first. One training each.
WITH ladder (net, augmentation, accuracy, cost) AS (
    VALUES ('S-FC with beta-LASSO (Neyshabur 2020)', 'strong', '85.19', '256 M weights, 4000 epochs'),
        ('Z-Lin 4000-1000-4000 on 800 PCA inputs (Lin 2015)', 'flip, rotation, shift', '78.62', '1000 epochs'),
        ('sparse 4000-1000-4000 (SET, 2018)', 'flip, shift, rotation', '73.85', '1000 epochs, 0.4 M weights'),
        ('patch layer, f 4 n_f 80 n_h 600, dropout, smoothing (a student)', 'flip', '71.97', '–'),
        ('patch layer, f 4 n_f 40 n_h 300 (a student)', 'flip', '69.5', '12 TFLOP'),
        ('residual MLP, width 512 (2024)', 'flip, crop, mixup', '69.3', '1100 TFLOP'),
        ('residual MLP, width 256 (2024)', 'flip, crop, mixup', '67.4', '315 TFLOP'),
        ('residual MLP, width 128 (2024)', 'flip, crop, mixup', '64.3', '99 TFLOP'),
        ('patch layer, f 4 n_f 40 n_h 50 (students)', 'none', '63.5 to 64.6', '1.4 TFLOP'),
        ('patch layer, f 8 n_f 40 (students)', 'none', '60.4 to 61.1', '0.8 TFLOP'),
        ('residual MLP, width 64 (2024)', 'flip, crop, mixup', '59.6', '35 TFLOP'),
        ('2 layers, ensemble of 10 cycle ends (a student)', 'none', '59.36', '–')
)
SELECT net, augmentation, accuracy AS "test %", cost FROM ladder
